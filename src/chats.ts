import { randomUUID } from "node:crypto";
import { type Generations, type Inference, LocalGenerations } from "../inference/index.ts";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";

/** Chats that ended and can still be read: so many, and so many characters of them together. */
const maxKept = 10_000;
const maxKeptCharacters = 32 * 2 ** 20;

/** The chats of this server. */
export function createChats(inference: Inference, config: Config, log: Log): Generations {
  return new LocalGenerations({
    inference,
    graceMs: config.chatGraceMs,
    retentionMs: config.chatRetentionMs,
    timeoutMs: config.chatTimeoutMs,
    maxRunning: config.maxChats,
    maxKept,
    maxKeptCharacters,
    report: reportTo(log),
  });
}

/** Tells the log of what should not have happened; answers the id under which it stands there. */
export function reportTo(log: Log): (cause: unknown) => string {
  return (cause) => {
    const id = randomUUID();
    log.error(`failure ${id}`, cause);
    return id;
  };
}
