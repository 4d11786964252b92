import type { IncomingHttpHeaders } from "node:http";

/** Longer ones are none: an identity provider's tokens have some kilobytes. */
const MAX_CHARACTERS = 8_192;

/**
 * The key or token that a request brings, as `Authorization: Bearer …` or `x-api-key: …`; undefined where it brings none.
 * An address is none: it stands in logs and histories.
 */
export function credentialOf({ authorization, "x-api-key": apiKey }: IncomingHttpHeaders): string | undefined {
  return bearerOf(authorization) ?? bounded(apiKey);
}

/** The same, as the first message on a socket brings it: `{ authorization: "Bearer …" }`. */
export function credentialOfPayload(payload: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const named = Object.entries(payload ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  const { authorization, "x-api-key": apiKey } = Object.fromEntries(named);
  return bearerOf(authorization) ?? bounded(apiKey);
}

function bearerOf(value: unknown): string | undefined {
  return typeof value === "string" ? bounded(/^bearer +(\S+)$/i.exec(value.trim())?.[1]) : undefined;
}

function bounded(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && value.length <= MAX_CHARACTERS ? value : undefined;
}
