import {
  type AskedGeneration,
  checkAttaching,
  failedEvent,
  type FailedEvent,
  type GenerationReader,
  type GenerationRequest,
  type Generations,
  type Inference,
  InferenceError,
  noGeneration,
} from "../../inference/index.ts";
import { cancelledEntry, type SoFar } from "../entry.ts";
import { redisError } from "../redis/redis-error.ts";
import type { RequestLog } from "../redis/request-log.ts";
import { endRequest } from "./end-request.ts";
import type { FollowedRequest } from "./followed-request.ts";
import type { Followers } from "./followers.ts";
import type { NodeOptions } from "./node-options.ts";

export interface SharedGenerationsParts {
  readonly log: RequestLog;
  readonly followers: Followers;
  readonly inference: Inference;
  readonly options: NodeOptions;
}

/** The chats of all nodes: any of them may begin one, read it, or end it. */
export class SharedGenerations implements Generations {
  readonly #parts: SharedGenerationsParts;
  readonly #stopping = new AbortController();

  constructor(parts: SharedGenerationsParts) {
    this.#parts = parts;
  }

  /** Of others it is not known here. */
  isKnown(id: string): boolean {
    return this.#parts.followers.isFollowed(id);
  }

  async open(asked: AskedGeneration): Promise<GenerationReader> {
    const followed = await this.#parts.followers.current(asked.id).catch(rethrown);
    if (followed === undefined && asked.begin === undefined) throw noGeneration();
    const opened = followed ?? (await this.#begin(asked.begin!()));
    await checkAttaching(asked, opened);
    if (this.#stopping.signal.aborted) throw moving();
    return opened.read(asked.after);
  }

  async cancel(id: string): Promise<boolean> {
    try {
      const followed = await this.#parts.followers.current(id);
      return followed !== undefined && (await endRequest(this.#parts, followed, () => cancelledEntry(soFar(followed))));
    } catch (error) {
      throw redisError(error);
    }
  }

  failure(error: unknown): FailedEvent {
    return failedEvent(error, this.#parts.options.report);
  }

  /** Who reads here is told to read on elsewhere: what they read goes on. */
  drain(): void {
    this.#stopping.abort();
    for (const followed of this.#parts.followers.all) followed.part(moving());
  }

  stop(): void {
    this.drain();
  }

  /** Pictures are read first: should this node die meanwhile, nothing is left behind that nobody goes on with. */
  async #begin(request: GenerationRequest): Promise<FollowedRequest> {
    if (this.#stopping.signal.aborted) throw moving();
    const { inference, followers, options } = this.#parts;
    const { id, client, model } = request;
    const ending = new AbortController();
    const task = await within(options.timeoutMs, ending, () => request.prepare(ending.signal));
    const fingerprint = await request.fingerprint;
    const claimant = { client, priority: "interactive", timeoutMs: options.chatTimeoutMs } as const;
    await new Promise<void>((onKnown, onRefused) => {
      const generation = { id, model, fingerprint, onKnown };
      // Once it is known, its failure is an event.
      const outcome = (request.inference ?? inference).submit(task, { ...claimant, generation });
      outcome.catch(onRefused).finally(() => ending.abort());
    });
    const begun = await followers.follow(id);
    if (begun === undefined) throw lost();
    return begun;
  }
}

/** Does something that ends early, as a failure, when the time is over. */
async function within<T>(ms: number, ending: AbortController, work: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => ending.abort(), ms);
  try {
    return await work();
  } catch (error) {
    ending.abort();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function rethrown(error: unknown): never {
  throw redisError(error);
}

function soFar({ tokens, createdAt }: FollowedRequest): SoFar {
  return { ...tokens, totalMs: performance.now() - createdAt };
}

function lost(): InferenceError {
  return new InferenceError("UNAVAILABLE", "Redis has lost this chat just when it was begun: ask again.");
}

function moving(): InferenceError {
  return new InferenceError(
    "UNAVAILABLE",
    "This node is stopping. Subscribe again with the number that you have: another one goes on.",
  );
}
