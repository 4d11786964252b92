import type { Redis } from "ioredis";
import { isServed } from "../member.ts";
import { callRoll } from "../redis/members.ts";

/** Names of models that workers but this one have, and will go on having. */
export interface Others {
  /** That answer, or will when somebody asks. */
  readonly serving: ReadonlySet<string>;
  /** That answer at once. */
  readonly ready: ReadonlySet<string>;
}

/** What others have; nothing while Redis is away. */
export async function othersThan(worker: string, redis: Redis): Promise<Others> {
  const { alive } = await callRoll(redis).catch(() => ({ alive: [] }));
  const others = alive.filter(({ id, state }) => id !== worker && state === "serving");
  const models = others.flatMap(({ models }) => models.filter(isServed));
  const ready = models.filter(({ state }) => state === "READY");
  return { serving: new Set(models.map(({ name }) => name)), ready: new Set(ready.map(({ name }) => name)) };
}
