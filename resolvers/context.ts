import { setMaxListeners } from "node:events";
import {
  InferenceError,
  type ErrorCode,
  type Generations,
  type Inference,
  type ResultOf,
  type SubmitOptions,
  type Task,
} from "../inference/index.ts";
import type { TenantGallery } from "../gallery/galleries.ts";
import type { Permission } from "./permission.ts";
import type { PictureReader } from "./picture-reader.ts";

/** What a resolver sees of the server and of its request: one object for each document. */
export interface Context {
  readonly inference: Inference;
  /** The chats, of all tenants: see `scopedId`. */
  readonly generations: Generations;
  /** Of the tenant alone. */
  readonly gallery: TenantGallery;
  /** Reads each picture of the document once, however often it is named. */
  readonly pictures: PictureReader;
  /** Whose whatever is asked for is; nothing of another's is there for them. */
  readonly tenant: string;
  readonly permissions: ReadonlySet<Permission>;
  /** Tells clients apart, so that one's many requests do not hold another's up. */
  readonly client: string;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
  /** Aborted when the server stops: streams that would go on for ever end. */
  readonly stopping: AbortSignal;
  /** Lets one more chat of whoever asks begin, which ends with the signal; OVERLOADED where it has to wait. */
  readonly admitChat: (until: AbortSignal) => Promise<void>;
  /** The instant, on performance.now()'s clock, after which nobody waits for the answer. */
  readonly deadline: number;
  /** Tells the log of a failure that should not have been; answers the id under which it stands there. */
  readonly report: (cause: unknown) => string;
  /** Tells what the operation came to, where a failure is part of what it gives. */
  readonly failed: (code: ErrorCode) => void;
}

/** Hands a task to inference at once, with the request's signal and the time that it has left. */
export function submit<T extends Task>(task: T, context: Context): Promise<ResultOf<T>> {
  return context.inference.submit(task, submitOptions(context));
}

/** The client, the signal and the time left of a request; DEADLINE_EXCEEDED where none is left. */
function submitOptions(context: Context): Required<Pick<SubmitOptions, "client" | "signal" | "timeoutMs">> {
  const timeoutMs = Math.ceil(context.deadline - performance.now());
  if (timeoutMs > 0) return { client: context.client, signal: context.signal, timeoutMs };
  throw new InferenceError("DEADLINE_EXCEEDED", "The request's time was over before this field could begin.");
}

/** Runs work that knows a signal but no deadline within the request's time. */
export async function withinDeadline<T>(context: Context, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, timeoutMs } = submitOptions(context);
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([signal, timeout]);
  // A gallery's search listens once for each candidate.
  setMaxListeners(0, either);
  try {
    return await work(either);
  } catch (error) {
    if (!timeout.aborted || signal.aborted) throw error;
    throw new InferenceError("DEADLINE_EXCEEDED", "The request's time was over before this field was done.");
  }
}
