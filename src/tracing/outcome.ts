import { type Span, SpanStatusCode } from "@opentelemetry/api";
import type { FinishedOperation } from "../operation.ts";

/** Says how it ended. Nothing is wrong where a client has left. */
export function endedWith(span: Span, code: FinishedOperation["code"]): void {
  if (code === "OK") return;
  span.setAttribute("error.type", code);
  if (code !== "CANCELLED") span.setStatus({ code: SpanStatusCode.ERROR, message: code });
}
