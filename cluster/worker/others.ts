import type { Redis } from "ioredis";
import type { ModelInfo } from "../../inference/index.ts";
import { callRoll } from "../redis/members.ts";

/** Whether a model answers, or will when somebody asks. */
export function isServed({ state, tasks }: ModelInfo): boolean {
  return state !== "FAILED" && tasks.length > 0;
}

/** Names of the models that workers but this one serve and go on serving; none while Redis is away. */
export async function servedByOthers(redis: Redis, worker: string): Promise<ReadonlySet<string>> {
  const { alive } = await callRoll(redis).catch(() => ({ alive: [] }));
  const others = alive.filter(({ id, state }) => id !== worker && state === "serving");
  return new Set(others.flatMap(({ models }) => models.filter(isServed).map(({ name }) => name)));
}
