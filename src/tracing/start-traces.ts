import { setTimeout as delay } from "node:timers/promises";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Log } from "../log.ts";
import type { Traces } from "../traces.ts";
import { OperationSpan } from "./operation-span.ts";
import { TellingExporter } from "./telling-exporter.ts";

export interface TracesOptions {
  /** Of an OTLP/HTTP receiver of spans. */
  readonly url: string;
  readonly log: Pick<Log, "info">;
}

/** Spans that wait to be sent; of more, the newest are dropped. */
const maxWaitingSpans = 2_048;
/** Spans are sent together, so long after the first of them at the latest. */
const batchMs = 1_000;
/** Clients choose some values, such as an operation's name. */
const maxValueCharacters = 256;

/**
 * Sends spans to a collector, as OTLP in JSON. A collector that is away costs no more than spans: they wait in a bounded
 * queue, one batch is tried at a time, and the log is told once. A client's `traceparent` says whether its trace is kept;
 * traces that begin here are.
 */
export function startTraces({ url, log }: TracesOptions): Traces {
  const { origin } = new URL(url);
  const exporter = new TellingExporter(new OTLPTraceExporter({ url }), (reason) =>
    log.info(`Traces cannot be sent to ${origin} (${reason}): spans are dropped until they can.`),
  );
  const provider = new TracerProvider({
    resource: resource(),
    spanLimits: { attributeValueLengthLimit: maxValueCharacters },
    spanProcessors: [
      new BatchSpanProcessor({ exporter, maxQueueSize: maxWaitingSpans, scheduledDelayMillis: batchMs }),
    ],
  });
  const tracer = provider.getTracer("triptych");
  return {
    begin: (asked) => new OperationSpan(tracer, asked),
    close: async (maxMs) => {
      const closed = provider.shutdown().catch(() => undefined);
      await Promise.race([closed, delay(maxMs, undefined, { ref: false })]);
    },
  };
}

/** What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say comes before our own. */
function resource(): Resource {
  const own = resourceFromAttributes({ "service.name": "triptych" });
  return defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }));
}
