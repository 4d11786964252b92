import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";

/** An exporter that says when spans cannot be sent any more: once, and not again before some were. */
export class TellingExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #onFailure: (reason: string) => void;
  #isFailing = false;

  constructor(exporter: SpanExporter, onFailure: (reason: string) => void) {
    this.#exporter = exporter;
    this.#onFailure = onFailure;
  }

  export(spans: ReadableSpan[], onResult: (result: ExportResult) => void): void {
    this.#exporter.export(spans, (result) => {
      this.#told(result);
      onResult(result);
    });
  }

  forceFlush(): Promise<void> {
    return this.#exporter.forceFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  #told({ code, error }: ExportResult): void {
    const wasFailing = this.#isFailing;
    this.#isFailing = code === ExportResultCode.FAILED;
    if (this.#isFailing && !wasFailing) this.#onFailure(reasonOf(error));
  }
}

/** Where each of a host's addresses was tried, Node gives a code and no message. */
function reasonOf(error: Error | undefined): string {
  if (error === undefined) return "no reason was given";
  return error.message === "" && "code" in error ? String(error.code) : error.message;
}
