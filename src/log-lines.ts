import type { FinishedOperation, FinishedRun } from "./operation.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A line of JSON. Names stay as they are: people's dashboards hold them. */
export function logLine(level: "info" | "error", fields: Fields): string {
  return JSON.stringify({ time: new Date().toISOString(), level, ...fields });
}

/** An operation as fields of a line; what is not known is left out. */
export function operationFields(operation: FinishedOperation): Fields {
  const { requestId, asker, traceId, name, type, code, ms, expectedMs, refusedBy, inference } = operation;
  return {
    message: "operation",
    requestId,
    traceId,
    tenant: asker?.tenant,
    asker: asker?.name,
    operation: name,
    type,
    code,
    ms: tenths(ms),
    expectedMs: expectedMs === undefined ? undefined : tenths(expectedMs),
    refusedBy,
    inference: inference.map(run),
  };
}

/** An operation as a line for people. */
export function operationText({ requestId, name, type, code, ms, inference }: FinishedOperation): string {
  const what = [type ?? "request", name].filter((word) => word !== undefined).join(" ");
  const models = inference.map(({ model, kind }) => `, ${kind}${model === undefined ? "" : ` by ${model}`}`).join("");
  return `${requestId} ${what}: ${code} in ${tenths(ms)} ms${models}`;
}

function run({ model, kind, code, timing }: FinishedRun): Fields {
  if (timing === undefined) return { model, kind, code };
  const { queueMs, encodeMs, decodeMs, encodeBatch, decodeBatch, imageCacheHit } = timing;
  const times = { queueMs: tenths(queueMs), encodeMs: tenths(encodeMs), decodeMs: tenths(decodeMs) };
  return { model, kind, code, ...times, encodeBatch, decodeBatch: tenths(decodeBatch), imageCacheHit };
}

function tenths(value: number): number {
  return Math.round(10 * value) / 10;
}
