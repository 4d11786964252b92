import { wrong } from "./wrong-setting.ts";

/** Where OTLP/HTTP takes spans on a collector. https://opentelemetry.io/docs/specs/otlp/#otlphttp-request */
const path = "v1/traces";

/** Where spans are sent: as the setting says, or else OpenTelemetry's own variables; undefined: nowhere. */
export function tracesUrl(text: string, env: NodeJS.ProcessEnv): string | undefined {
  const asked = text === "" ? standardUrl(env) : text;
  if (asked === undefined || asked === "off") return undefined;
  const url = URL.canParse(asked) ? new URL(asked) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:")
    throw wrong("traces", 'a URL such as "http://127.0.0.1:4318", or "off"', asked);
  if (url.pathname === "/") url.pathname = path;
  return url.href;
}

/** https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
function standardUrl(env: NodeJS.ProcessEnv): string | undefined {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: whole, OTEL_EXPORTER_OTLP_ENDPOINT: base } = env;
  if (whole !== undefined && whole !== "") return whole;
  return base === undefined || base === "" ? undefined : `${base.replace(/\/+$/, "")}/${path}`;
}
