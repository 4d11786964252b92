import { chat, type Transport } from "../../chat.ts";
import { chatTokens } from "./constants.ts";
import { cpuSeconds } from "./cpu-seconds.ts";
import type { ApiContender } from "./servers.ts";

export interface EventLoad {
  readonly transport: Transport;
  readonly clients: number;
  /** Of each, one after the other. */
  readonly chats: number;
}

export interface EventRates {
  readonly eventsPerSecond: number;
  /** Of the server's process, an event. */
  readonly cpuMicroseconds: number;
}

/** Chats whose tokens are there at once, read to their ends. */
export async function measureEvents(
  { graph, pid }: ApiContender,
  { transport, clients, chats }: EventLoad,
): Promise<EventRates> {
  const messages = [{ role: "USER", text: "What is in the picture?" }] as const;
  const before = cpuSeconds(pid) ?? NaN;
  const start = performance.now();
  let events = 0;
  const client = async (): Promise<void> => {
    for (let i = 0; i < chats; i++) {
      const { deltaTimes } = await chat(graph, { messages, transport, tokens: chatTokens });
      events += deltaTimes.length;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - start) / 1000;
  return { eventsPerSecond: events / seconds, cpuMicroseconds: (1e6 * ((cpuSeconds(pid) ?? NaN) - before)) / events };
}
