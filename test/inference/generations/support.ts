import { vi } from "vitest";
import {
  LocalGenerations,
  type GenerationReader,
  type LocalGenerationsOptions,
  type LiveGeneration,
  type NumberedEvent,
} from "../../../inference/index.ts";
import { chatModel, chatTask } from "./events.ts";
import type { HeldInference } from "./held-inference.ts";

/** Generations over an inference that a test moves; few of everything. */
export function newGenerations(
  inference: HeldInference,
  options: Partial<LocalGenerationsOptions> = {},
): LocalGenerations {
  return new LocalGenerations({
    inference,
    graceMs: 10_000,
    retentionMs: 60_000,
    timeoutMs: 300_000,
    maxRunning: 3,
    maxKept: 2,
    maxKeptCharacters: 100,
    report: () => "nobody",
    ...options,
  });
}

export function start(generations: LocalGenerations, id: string): LiveGeneration {
  return generations.start({
    id,
    model: chatModel,
    client: "someone",
    fingerprint: Promise.resolve(id),
    prepare: () => Promise.resolve(chatTask),
  });
}

/** Lets what was settled be noticed, under fake timers. */
export async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

/** All that a reader still gets. */
export async function drain(reader: GenerationReader): Promise<NumberedEvent[]> {
  const seen: NumberedEvent[] = [];
  for await (const event of reader) seen.push(event);
  return seen;
}
