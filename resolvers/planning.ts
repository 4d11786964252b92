import type { PlannedTask } from "../inference/index.ts";
import type { Context } from "./context.ts";

/** Requests that a field will hand to inference. */
export interface PlannedRun {
  readonly task: PlannedTask;
  readonly times: number;
}

/** What is looked at to plan: which models are served, and which chats there are already of whoever asks. */
export type Planning = Pick<Context, "inference" | "generations" | "tenant">;

/**
 * What a field will ask of inference with these arguments, at the most. Nothing is read, asked or begun; what is wrong
 * with the arguments is thrown as the field itself would.
 */
export type Plan<Arguments> = (args: Arguments, server: Planning) => readonly PlannedRun[];

/** A plan of one request. */
export function once(task: PlannedTask): readonly PlannedRun[] {
  return [{ task, times: 1 }];
}
