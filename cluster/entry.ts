import type {
  ChatProgress,
  ChatResult,
  FailedEvent,
  FinishReason,
  ResultOf,
  Task,
  Timing,
} from "../inference/index.ts";

/** What becomes of a request, as its log has it: numbered from 0, the last of them terminal and no other. */
export type Entry =
  | { readonly type: "queued"; readonly position: number; readonly estimatedWaitMs: number }
  | Extract<ChatProgress, { type: "started" }>
  /** `tokenIds` are what the next worker goes on from, were this one to die; of beams they come with the end. */
  | { readonly type: "tokens"; readonly tokenIds: readonly number[]; readonly text: string }
  | CompletedEntry
  /** Of a task that is no chat. */
  | { readonly type: "result"; readonly result: ResultOf<Task> }
  | FailedEvent;

export interface CompletedEntry extends Pick<ChatResult, "tokens" | "promptTokens" | "reusedTokens"> {
  readonly type: "completed";
  readonly finishReason: FinishReason;
  readonly timing: Timing;
}

/** What a chat has come to when it is ended. */
export interface SoFar extends Pick<CompletedEntry, "tokens" | "promptTokens"> {
  readonly totalMs: number;
}

/** The end of a chat that somebody ended. The device says where the time went only at the end of a whole generation. */
export function cancelledEntry({ totalMs, ...counts }: SoFar): CompletedEntry {
  const none = { queueMs: 0, preprocessMs: 0, encodeMs: 0, encodeBatch: 0, decodeBatch: 0, imageCacheHit: false };
  const timing = { ...none, totalMs, decodeMs: totalMs };
  return { type: "completed", finishReason: "CANCELLED", ...counts, reusedTokens: 0, timing };
}

/** Whether nothing can follow. */
export function isTerminal({ type }: Entry): boolean {
  return type === "completed" || type === "result" || type === "failed";
}

/** Whether workers that die after it died of something else than the ones before. */
export function isProgress(entry: Entry): boolean {
  return entry.type === "tokens" && entry.tokenIds.length > 0;
}
