import {
  type Context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import type { Task } from "../../inference/index.ts";
import type { RunWatch } from "../observed-inference.ts";
import type { FinishedOperation } from "../operation.ts";
import type { OperationTrace, TracedRequest } from "../traces.ts";
import { endedWith } from "./outcome.ts";
import { RunSpan } from "./run-span.ts";
import { spanClock } from "./span-clock.ts";

const propagator = new W3CTraceContextPropagator();

/** The span of an operation, from when it came until its answer has gone out: of a subscription, all of it. */
export class OperationSpan implements OperationTrace {
  readonly #tracer: Tracer;
  readonly #clock = spanClock();
  readonly #span: Span;
  /** Of what is done for it. */
  readonly #context: Context;

  constructor(tracer: Tracer, { protocol, parent }: TracedRequest) {
    const outer = propagator.extract(ROOT_CONTEXT, parent, defaultTextMapGetter);
    const attributes = { "network.protocol.name": protocol };
    this.#tracer = tracer;
    this.#span = tracer.startSpan("GraphQL", { kind: SpanKind.SERVER, startTime: this.#clock(), attributes }, outer);
    this.#context = trace.setSpan(outer, this.#span);
  }

  get traceId(): string {
    return this.#span.spanContext().traceId;
  }

  began(task: Task): RunWatch {
    const [tracer, context, clock] = [this.#tracer, this.#context, this.#clock];
    return new RunSpan({ tracer, context, clock, task, onFirstToken: (at) => this.#gaveToken(at) });
  }

  /** Names of operations are the clients' own: the span is called by its type, of which there are three. */
  ended({ requestId, name, type, code, codes }: FinishedOperation): void {
    if (type !== undefined) this.#span.updateName(type);
    this.#span.setAttributes({
      "graphql.operation.type": type,
      "graphql.operation.name": name,
      "triptych.request_id": requestId,
      "triptych.error_codes": codes.length === 0 ? undefined : [...codes],
    });
    endedWith(this.#span, code);
    this.#span.end(this.#clock());
  }

  /** A chat may go on when its reader has left. */
  #gaveToken(at: number): void {
    if (this.#span.isRecording()) this.#span.addEvent("first token", at);
  }
}
