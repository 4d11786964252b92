import { InferenceError } from "./errors.ts";
import type { FailedEvent } from "./generation-log.ts";
import type { GenerationReader } from "./generation-reader.ts";
import type { Inference } from "./inference.ts";
import type { ModelInfo } from "./model-info.ts";
import type { ChatTask } from "./task.ts";

/** The chats by their ids: those of this process, or of all nodes. */
export interface Generations {
  /** Whether there is one with this id, as far as that is known without asking elsewhere. */
  isKnown(id: string): boolean;
  /**
   * The events of a generation. GENERATION_EXPIRED where there is none and none is to begin, BAD_USER_INPUT where the id
   * stands for another request or has no event with that number yet, OVERLOADED where as many run as are taken.
   */
  open(asked: AskedGeneration): Promise<GenerationReader>;
  /** Ends a generation with what there is of it; false for one that is not running. */
  cancel(id: string): Promise<boolean>;
  /** An error as the event that ends a stream. */
  failure(error: unknown): FailedEvent;
  /** Takes no more. */
  drain(): void;
  /** Ends whatever is still read here, with a code. */
  stop(): void;
}

export interface AskedGeneration {
  /** Unlike any other's, of whichever tenant: not what clients are told it is. */
  readonly id: string;
  /** The events after this number are read; -1: all. */
  readonly after: number;
  /** Of who knows what was asked, equal for equal requests; absent for who only watches. */
  readonly fingerprint?: (() => Promise<string>) | undefined;
  /** What begins where there is no generation with this id; throws for a request that is wrong. */
  readonly begin?: (() => GenerationRequest) | undefined;
}

export interface GenerationRequest {
  readonly id: string;
  readonly model: ModelInfo;
  /** Who asks for it. */
  readonly client: string;
  /** Equal for equal requests. */
  readonly fingerprint: Promise<string>;
  /** Makes the task: pictures are read here. */
  readonly prepare: (signal: AbortSignal) => Promise<ChatTask>;
  /** Takes the task, as whoever asks sees inference. @default that of all generations */
  readonly inference?: Pick<Inference, "submit">;
}

/** Throws unless the generation is the one that is meant, and has come so far. */
export async function checkAttaching(
  { after, fingerprint }: AskedGeneration,
  known: { readonly fingerprint: Promise<string> | string; readonly lastSeq: number },
): Promise<void> {
  if (fingerprint !== undefined && (await fingerprint()) !== (await known.fingerprint)) {
    throw badInput("This generationId stands for another conversation: choose a new one.");
  }
  const { lastSeq } = known;
  if (after > lastSeq) throw badInput(`after must be at most ${lastSeq}, the latest event; it is ${after}.`);
}

/** There is none, and none that could begin. */
export function noGeneration(): InferenceError {
  const message = "There is no generation with this id, or none any more: leave out `after`, and choose a new id.";
  return new InferenceError("GENERATION_EXPIRED", message);
}

function badInput(message: string): InferenceError {
  return new InferenceError("BAD_USER_INPUT", message);
}
