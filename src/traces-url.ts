/** Where OTLP/HTTP takes spans on a collector. https://opentelemetry.io/docs/specs/otlp/#otlphttp-request */
const path = "v1/traces";

/** Where a collector at this URL takes spans: there, or where all do if it names no path. Undefined for what is no such URL. */
export function tracesUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
  if (url.pathname === "/") url.pathname = path;
  return url.href;
}

/** What OpenTelemetry's own variables say. https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
export function standardTracesUrl(env: NodeJS.ProcessEnv): string | undefined {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: whole, OTEL_EXPORTER_OTLP_ENDPOINT: base } = env;
  if (whole !== undefined && whole !== "") return whole;
  return base === undefined || base === "" ? undefined : `${base.replace(/\/+$/, "")}/${path}`;
}
