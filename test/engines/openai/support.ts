import { setTimeout as delay } from "node:timers/promises";
import type { ChatProgress, ChatTask, SubmitOptions } from "../../../inference/index.ts";
import { openOpenAi, type OpenAiInference } from "../../../engines/openai/openai-inference.ts";
import type { OpenAiOptions } from "../../../engines/openai/options.ts";
import { FakeServer, type FakeServerOptions } from "./fake-server.ts";

const opened: (() => Promise<void>)[] = [];

/** For afterEach. */
export async function closeAll(): Promise<void> {
  for (const close of opened.splice(0).toReversed()) await close();
}

export async function startServer(options: FakeServerOptions = {}): Promise<FakeServer> {
  const server = new FakeServer(options);
  await server.start();
  opened.push(() => server.stop());
  return server;
}

/** What an engine logs is collected. */
export interface Opened {
  readonly engine: OpenAiInference;
  readonly logged: string[];
}

export async function openEngine(url: string, options: Partial<OpenAiOptions> = {}): Promise<Opened> {
  const logged: string[] = [];
  const watchMs = { up: 100, down: 30 };
  const log = (message: string): void => void logged.push(message);
  const engine = openOpenAi({ url, name: "chatty", watchMs, log, ...options });
  opened.push(() => engine.close());
  await engine.ready();
  return { engine, logged };
}

export function chatTask(text: string, changes: Partial<ChatTask> = {}): ChatTask {
  const messages = [{ role: "USER", text, images: [] }] as const;
  return { kind: "chat", model: "chatty", messages, options: { maxTokens: 20 }, ...changes };
}

/** A chat's result, and what was told on the way. */
export async function told(engine: OpenAiInference, task: ChatTask, options: SubmitOptions = {}) {
  const progress: ChatProgress[] = [];
  const result = await engine.submit(task, { ...options, onProgress: (each) => void progress.push(each) });
  const deltas = progress.filter((each) => each.type === "delta");
  return { result, progress, deltas, text: deltas.map(({ text }) => text).join("") };
}

/** Resolves when something holds; rejects where it does not come to. */
export async function until(holds: () => boolean | Promise<boolean>, timeoutMs = 5_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error("It did not come to hold.");
    await delay(5);
  }
}
