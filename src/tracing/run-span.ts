import { type Attributes, type Context, type Span, type Tracer, trace } from "@opentelemetry/api";
import { modelOf, type ChatProgress, type Task } from "../../inference/index.ts";
import type { RunEnd, RunWatch } from "../observed-inference.ts";
import { endedWith } from "./outcome.ts";
import { partsOf } from "./parts.ts";
import type { SpanClock } from "./span-clock.ts";

export interface RunSpanOptions {
  readonly tracer: Tracer;
  /** Of its operation. */
  readonly context: Context;
  readonly clock: SpanClock;
  readonly task: Task;
  /** Told once, at the instant. */
  readonly onFirstToken: (at: number) => void;
}

/** The span of a request to a model, and under it, once its worker has told, where its time went. */
export class RunSpan implements RunWatch {
  readonly #options: RunSpanOptions;
  readonly #span: Span;
  readonly #startedAt: number;
  #hasTokens = false;

  constructor(options: RunSpanOptions) {
    const { tracer, context, clock, task } = options;
    this.#options = options;
    this.#startedAt = clock();
    const model = modelOf(task);
    const name = model === undefined ? task.kind : `${task.kind} ${model}`;
    this.#span = tracer.startSpan(name, { startTime: this.#startedAt }, context);
    this.#span.setAttribute("gen_ai.operation.name", task.kind);
    if (model !== undefined) this.#span.setAttribute("gen_ai.request.model", model);
  }

  progressed(progress: ChatProgress): void {
    if (this.#hasTokens || progress.type !== "delta" || progress.tokens === 0) return;
    this.#hasTokens = true;
    const at = this.#options.clock();
    this.#span.addEvent("first token", at);
    this.#options.onFirstToken(at);
  }

  ended(end: RunEnd): void {
    const endedAt = this.#options.clock();
    this.#span.setAttributes(attributesOf(end));
    endedWith(this.#span, end.code);
    if (this.#span.isRecording()) this.#addParts(end, endedAt);
    this.#span.end(endedAt);
  }

  /** The worker's clock is its own: what it did is taken to have ended when its answer was here. */
  #addParts({ timing }: RunEnd, endedAt: number): void {
    if (timing === undefined) return;
    const { tracer, context } = this.#options;
    const under = trace.setSpan(context, this.#span);
    const at = (ms: number): number => {
      return Math.min(endedAt, Math.max(this.#startedAt, endedAt - timing.totalMs + ms));
    };
    for (const { name, startMs, endMs, attributes } of partsOf(timing))
      tracer.startSpan(name, { startTime: at(startMs), attributes }, under).end(at(endMs));
  }
}

/** By OpenTelemetry's names for generative models, as far as there are any. */
function attributesOf({ timing, tokens }: RunEnd): Attributes {
  return {
    "gen_ai.usage.input_tokens": tokens?.prompt,
    "gen_ai.usage.output_tokens": tokens?.generated,
    "triptych.reused_tokens": tokens?.reused,
    "triptych.queue_ms": timing?.queueMs,
    "triptych.image_cache_hit": timing?.imageCacheHit,
  };
}
