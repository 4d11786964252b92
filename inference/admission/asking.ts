import { InferenceError } from "../errors.ts";
import type { SubmitOptions } from "../inference.ts";
import type { Claimant } from "../scheduling/claim.ts";
import type { ResultOf } from "../result.ts";
import type { Asking, End } from "./line.ts";
import { likenessOf } from "./likeness.ts";
import { modelOf, picturesOf, type Task } from "../task.ts";

export type Outcome = { readonly result: ResultOf<Task> } | { readonly error: InferenceError };

/** What a task asks room for. */
export function askingOf(
  task: Task,
  { client, priority, salt, timeoutMs }: Pick<SubmitOptions, keyof Claimant> & { readonly timeoutMs: number },
): Asking {
  const entry = { claimant: { client, priority, salt }, sort: `${modelOf(task)} ${task.kind}` };
  const line = task.kind === "chat" ? "streams" : "answers";
  const likeness = `${client} ${entry.sort} ${likenessOf(task)}`;
  return { entry, line, bytes: pictureBytes(task), timeoutMs, likeness };
}

/** Bytes of the pictures that a task carries; one that it shows twice is one. */
function pictureBytes(task: Task): number {
  const pictures = new Set(picturesOf(task).map((image) => ("bytes" in image ? image.bytes : undefined)));
  return [...pictures].reduce((sum, bytes) => sum + (bytes?.byteLength ?? 0), 0);
}

/** Whoever leaves may say why. */
export function leftBy({ reason }: AbortSignal): InferenceError {
  if (reason instanceof InferenceError) return reason;
  return new InferenceError("CANCELLED", "The request was cancelled.");
}

export function deadlineExceeded(timeoutMs: number): InferenceError {
  return new InferenceError("DEADLINE_EXCEEDED", `The request was not done within ${Math.round(timeoutMs)} ms.`);
}

/** How a request has ended, for the room that it had. */
export function endOf(outcome: Outcome): End {
  if ("error" in outcome) return outcome.error.code === "DEADLINE_EXCEEDED" ? "in vain" : "left";
  return "timing" in outcome.result ? { timing: outcome.result.timing } : "left";
}
