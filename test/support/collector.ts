import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { listen } from "../../src/listen.ts";

/** A span as a collector is sent it; instants in milliseconds since the epoch. */
export interface CollectedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly name: string; readonly at: number }[];
  readonly status: { readonly code?: number; readonly message?: string };
  readonly resource: Readonly<Record<string, unknown>>;
}

/** Takes spans by OTLP/HTTP in JSON, as a collector does. https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export class Collector implements AsyncDisposable {
  readonly spans: CollectedSpan[] = [];
  /** All that it was sent. */
  texts = "";
  /** Times that somebody came. */
  posts = 0;
  /** What it answers. */
  status: 200 | 400 = 200;
  url = "";
  readonly #http = createServer((request, response) => {
    void this.#take(request).then((status) => {
      response.writeHead(status, { "content-type": "application/json" }).end("{}");
    });
  });

  static async start(): Promise<Collector> {
    const collector = new Collector();
    collector.url = await listen(collector.#http, { host: "127.0.0.1", port: 0, flags: "none" });
    return collector;
  }

  /** The spans of a trace, in the order in which they began. */
  trace(traceId: string): readonly CollectedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId).sort((a, b) => a.start - b.start);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return new Promise((resolve) => {
      this.#http.close(() => resolve());
      this.#http.closeAllConnections();
    });
  }

  async #take(request: IncomingMessage): Promise<number> {
    const text = (await buffer(request)).toString();
    this.posts += 1;
    if (this.status !== 200) return this.status;
    const { method, url, headers } = request;
    if (method !== "POST" || url !== "/v1/traces" || headers["content-type"] !== "application/json") return 404;
    this.texts += text;
    this.spans.push(...spansOf(JSON.parse(text) as Payload));
    return 200;
  }
}

/** https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto */
interface Payload {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly RawSpan[] }[];
  }[];
}

interface RawSpan extends Pick<CollectedSpan, "name" | "kind" | "traceId" | "spanId" | "status"> {
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly events: readonly { readonly name: string; readonly timeUnixNano: string }[];
}

interface KeyValue {
  readonly key: string;
  readonly value: Value;
}

interface Value {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values: readonly Value[] };
}

function spansOf({ resourceSpans }: Payload): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const of = attributesOf(resource.attributes);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => spanOf(span, of)));
  });
}

function spanOf(raw: RawSpan, resource: CollectedSpan["resource"]): CollectedSpan {
  const { name, kind, traceId, spanId, parentSpanId, status } = raw;
  return {
    ...{ name, kind, traceId, spanId, parentSpanId, status, resource },
    start: milliseconds(raw.startTimeUnixNano),
    end: milliseconds(raw.endTimeUnixNano),
    attributes: attributesOf(raw.attributes),
    events: raw.events.map((event) => ({ name: event.name, at: milliseconds(event.timeUnixNano) })),
  };
}

function attributesOf(pairs: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)]));
}

function plain({ stringValue, boolValue, intValue, doubleValue, arrayValue }: Value): unknown {
  if (arrayValue !== undefined) return arrayValue.values.map(plain);
  return stringValue ?? boolValue ?? doubleValue ?? Number(intValue);
}

/** Nanoseconds as text, which a number could not hold. */
function milliseconds(nanoseconds: string): number {
  return Number(BigInt(nanoseconds) / 1_000n) / 1_000;
}
