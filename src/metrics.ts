import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { deviceMs, modelOf, type Inference, type SchedulerView, type Task, type Timing } from "../inference/index.ts";
import type { RunEnd, RunWatch, RunWatcher } from "./observed-inference.ts";
import type { FinishedOperation } from "./operation.ts";
import type { RefusedRequest } from "./refused-request.ts";
import { TokenTimes } from "./token-times.ts";
import { registerWorkerMetrics } from "./worker-metrics.ts";

/** Seconds: from a picture that is known already to a long chat on few cores. */
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const tokenBuckets = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/**
 * What can be counted of a server, in Prometheus' text format. Labels have few values: names of served models and of their
 * networks, kinds of task, and the stable codes. Tasks are watched here, in the API process; what the worker counts is
 * asked for at each scrape.
 */
export class Metrics implements RunWatcher {
  readonly #registry = new Registry();
  #view: SchedulerView = { devices: [] };
  readonly #inFlight: Gauge;
  readonly #requests: Counter;
  readonly #queue: Histogram;
  readonly #service: Histogram;
  readonly #firstToken: Histogram;
  readonly #betweenTokens: Histogram;
  readonly #operations: Counter;
  readonly #operationTimes: Histogram;
  readonly #refusals: Counter;
  readonly #refused: Counter;
  readonly #device: Counter;

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    registerWorkerMetrics(this.#registry, () => this.#view);
    this.#inFlight = new Gauge({
      name: "triptych_requests_in_flight",
      help: "Requests that were handed to inference and have not ended.",
      labelNames: ["model", "kind"],
      registers,
    });
    this.#requests = new Counter({
      name: "triptych_requests_total",
      help: "Requests that were handed to inference, by how they ended: OK, or an error's code.",
      labelNames: ["model", "kind", "code"],
      registers,
    });
    const ofRequests = { labelNames: ["model", "kind"], buckets: requestBuckets, registers };
    this.#queue = new Histogram({
      ...ofRequests,
      name: "triptych_queue_seconds",
      help: "How long a request waited for places in batches.",
    });
    this.#service = new Histogram({
      ...ofRequests,
      name: "triptych_service_seconds",
      help: "How long a request was worked on: its pictures read, and the passes that it was part of.",
    });
    this.#firstToken = new Histogram({
      name: "triptych_time_to_first_token_seconds",
      help: "From handing a chat to inference to its first token.",
      labelNames: ["model"],
      buckets: requestBuckets,
      registers,
    });
    this.#betweenTokens = new Histogram({
      name: "triptych_time_between_tokens_seconds",
      help: "From a chat's token to its next.",
      labelNames: ["model"],
      buckets: tokenBuckets,
      registers,
    });
    this.#operations = new Counter({
      name: "triptych_operations_total",
      help: "Operations of the graph by what they came to: OK, or the code of their first error.",
      labelNames: ["type", "code"],
      registers,
    });
    this.#operationTimes = new Histogram({
      name: "triptych_operation_seconds",
      help: "How long an operation of the graph took, a subscription with all its events.",
      labelNames: ["type"],
      buckets: requestBuckets,
      registers,
    });
    this.#refusals = new Counter({
      name: "triptych_refusals_total",
      help: "Requests that were refused before they came to the graph, by the status of HTTP: a method, a host or an origin that is not taken, or no room.",
      labelNames: ["transport", "status"],
      registers,
    });
    this.#refused = new Counter({
      name: "triptych_operations_refused_total",
      help: "Operations that would have taken more of the device's time than one document may, or than its client had left.",
      labelNames: ["limit"],
      registers,
    });
    this.#device = new Counter({
      name: "triptych_device_seconds_total",
      help: "Time of the device that requests took: of passes with others in them, their shares.",
      labelNames: ["model", "kind"],
      registers,
    });
  }

  /** Counts an operation that has ended. */
  finished({ type = "none", code, ms, refusedBy }: FinishedOperation): void {
    this.#operations.inc({ type, code });
    this.#operationTimes.observe({ type }, ms / 1_000);
    if (refusedBy !== undefined) this.#refused.inc({ limit: refusedBy });
  }

  /** Counts a request that was refused. */
  refused({ transport, status }: RefusedRequest): void {
    this.#refusals.inc({ transport, status });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  began(task: Task): RunWatch {
    const labels = { model: modelOf(task) ?? "none", kind: task.kind };
    this.#inFlight.inc(labels);
    const { model } = labels;
    const tokens = new TokenTimes({
      first: (ms) => this.#firstToken.observe({ model }, ms / 1_000),
      next: (ms) => this.#betweenTokens.observe({ model }, ms / 1_000),
    });
    return {
      progressed: (progress) => tokens.progressed(progress),
      ended: (end) => this.#ended(labels, end),
    };
  }

  /** All metrics as text. */
  async scrape(inference: Inference): Promise<string> {
    this.#view = await inference.scheduler();
    return this.#registry.metrics();
  }

  #ended(labels: { readonly model: string; readonly kind: string }, { code, timing }: RunEnd): void {
    this.#inFlight.dec(labels);
    this.#requests.inc({ ...labels, code });
    if (timing !== undefined) this.#took(labels, timing);
  }

  #took(labels: { readonly model: string; readonly kind: string }, timing: Timing): void {
    const { totalMs, queueMs } = timing;
    this.#queue.observe(labels, queueMs / 1_000);
    this.#service.observe(labels, (totalMs - queueMs) / 1_000);
    this.#device.inc(labels, deviceMs(timing) / 1_000);
  }
}
