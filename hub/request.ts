import type { HubConfig } from "./hub-config.ts";
import { HubError, type HubErrorKind } from "./hub-error.ts";

/** Without an answer, or without another byte of one. */
const SILENCE_MS = 30_000;

export interface HubRequest {
  /** Below the endpoint, with its slash. */
  readonly path: string;
  /** "HEAD" answers what the hub itself says of a file, and not whom it sends on to. */
  readonly method?: "GET" | "HEAD";
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** An answer of the hub with a status below 400. Throws a HubError that says what is wrong with any other. */
export async function requestHub(config: HubConfig, asked: HubRequest): Promise<Response> {
  const { path, method = "GET", headers, signal } = asked;
  const url = `${config.endpoint}${path}`;
  // fetch takes the token off where the hub sends it on to another host.
  const authorization = config.token === undefined ? {} : { authorization: `Bearer ${config.token}` };
  const redirect = method === "HEAD" ? "manual" : "follow";
  const options = { method, redirect, headers: { ...authorization, ...headers }, signal } as const;
  const response = await answered(fetch(url, options), url, signal);
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
  const advice = proxyAdvice(process.env) ?? "Is there a network?";
  return new HubError("unreachable", `${what} could not be fetched: ${reason}. ${advice}`, { cause });
}

/** What to do where a proxy is set and not used: https://nodejs.org/api/cli.html#node_use_env_proxy1 */
export function proxyAdvice(env: NodeJS.ProcessEnv): string | undefined {
  const proxy = [env.HTTPS_PROXY, env.https_proxy, env.ALL_PROXY].find((value) => value !== undefined && value !== "");
  if (proxy === undefined || env.NODE_USE_ENV_PROXY === "1") return undefined;
  return "A proxy is set: Node 24, and 22 from 22.21 on, goes through it with NODE_USE_ENV_PROXY=1.";
}

function refusal({ status, headers }: Response, path: string, { endpoint, token }: HubConfig): HubError {
  const retryAfterMs = retryAfter(headers.get("retry-after"));
  const { kind, reason } = reasonFor({ status, code: headers.get("x-error-code"), hasToken: token !== undefined });
  const wait = retryAfterMs === undefined ? "" : ` It asks to wait ${Math.ceil(retryAfterMs / 1000)} s.`;
  return new HubError(kind, `${endpoint}${path}: HTTP ${status}: ${reason}.${wait}`, { retryAfterMs });
}

interface Refused {
  readonly status: number;
  /** The hub's x-error-code, such as GatedRepo, which tells apart what has one status. */
  readonly code: string | null;
  readonly hasToken: boolean;
}

function reasonFor({ status, code, hasToken }: Refused): { readonly kind: HubErrorKind; readonly reason: string } {
  if (code === "GatedRepo") return { kind: "not-allowed", reason: hasToken ? notAdmitted : gated };
  if (status === 401) return { kind: "not-allowed", reason: hasToken ? badToken : unknownVisitor };
  if (status === 403) return { kind: "not-allowed", reason: hasToken ? notAdmitted : unknownVisitor };
  if (status === 404) return { kind: "not-found", reason: missing[code ?? ""] ?? nothingThere };
  if (status === 429) return { kind: "busy", reason: hasToken ? tooMany : `${tooMany}, or set HF_TOKEN` };
  if (status >= 500) return { kind: "busy", reason: "the hub has a problem of its own. Try again later" };
  return { kind: "unusable", reason: "the hub refuses the request" };
}

const unknownVisitor =
  "the repository is private, gated, or not there. Set HF_TOKEN to a token of an account that may read it";
const gated = "the repository is gated. Accept its terms on its page, and set HF_TOKEN to a token of that account";
const notAdmitted = "the account of this HF_TOKEN may not read it. Ask for access on the repository's page";
const badToken = "the hub does not know this HF_TOKEN, or it may not read the repository, or there is no such one";
const tooMany = "the hub has had too many requests from here. Try again later";
const nothingThere = "there is no such repository, revision or file";
const missing: Readonly<Record<string, string>> = {
  RepoNotFound: "there is no such repository",
  RevisionNotFound: "the repository has no such revision",
  EntryNotFound: "the repository has no such file",
};

/** Seconds, or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? 1000 * Number(header) : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
