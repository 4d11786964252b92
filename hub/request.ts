import type { HubConfig } from "./hub-config.ts";
import { HubError, type HubErrorKind } from "./hub-error.ts";

/** Without an answer, or without another byte of one. */
const SILENCE_MS = 30_000;

export interface HubRequest {
  /** Below the endpoint, with its slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** An answer of the hub with a status below 400. Throws a HubError that says what is wrong with any other. */
export async function requestHub(config: HubConfig, { path, headers, signal }: HubRequest): Promise<Response> {
  const url = `${config.endpoint}${path}`;
  // fetch takes the token off where the hub sends it on to another host.
  const authorization = config.token === undefined ? {} : { authorization: `Bearer ${config.token}` };
  const response = await answered(fetch(url, { headers: { ...authorization, ...headers }, signal }), url, signal);
  if (response.status < 400) return response;
  await response.body?.cancel();
  throw refusal(response, path, config);
}

/** Each piece of an answer's body; an endless silence is an error. */
export async function* piecesOf(response: Response, path: string): AsyncGenerator<Uint8Array> {
  const reader = response.body!.getReader();
  try {
    for (;;) {
      const { done, value } = await withinSilence(reader.read(), path);
      if (done) return;
      yield value;
    }
  } catch (cause) {
    throw unreachable(path, cause);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function answered(response: Promise<Response>, url: string, signal: AbortSignal): Promise<Response> {
  try {
    return await withinSilence(response, url);
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw unreachable(url, cause);
  }
}

async function withinSilence<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    const error = new Error(`${what}: nothing came for ${SILENCE_MS / 1000} s`);
    timer = setTimeout(() => reject(error), SILENCE_MS);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}

function unreachable(what: string, cause: unknown): HubError {
  if (cause instanceof HubError) return cause;
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const reason = inner instanceof Error ? inner.message : String(inner);
  return new HubError("unreachable", `${what} could not be fetched: ${reason}. Is there a network?`, { cause });
}

function refusal(response: Response, path: string, { endpoint, token }: HubConfig): HubError {
  const { status } = response;
  const what = `${endpoint}${path}`;
  const [kind, reason]: [HubErrorKind, string] =
    status === 401 || status === 403
      ? ["not-allowed", token === undefined ? unknownVisitor : gated]
      : status === 404
        ? ["not-found", "there is no such repository, revision or file"]
        : status === 429 || status >= 500
          ? ["busy", "the hub is busy or has a problem of its own"]
          : ["unusable", "the hub refuses the request"];
  const retryAfterMs = retryAfter(response.headers.get("retry-after"));
  return new HubError(kind, `${what}: HTTP ${status}: ${reason}.`, { retryAfterMs });
}

const unknownVisitor =
  "the repository is private, gated, or not there. Set HF_TOKEN to a token of an account that may read it";
const gated = "the account of this HF_TOKEN may not read it. Ask for access on the repository's page";

/** Seconds, or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? 1000 * Number(header) : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
