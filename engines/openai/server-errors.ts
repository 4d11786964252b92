import { type ErrorCode, InferenceError } from "../../inference/index.ts";
import { at, countAt, parsed, textAt } from "./json.ts";

/** The connection ended, or nothing came, before the answer was whole: asking again may help. */
export class BrokenAnswer extends Error {
  override readonly name = "BrokenAnswer";
}

/** A refusal, as a server gives it. */
export interface Refusal {
  /** HTTP's, or of an event in the middle of a stream. */
  readonly status: number;
  readonly body: unknown;
  readonly retryAfterMs?: number | undefined;
}

/** Nobody is told to come back sooner, or much later. */
const RETRY_MS = { least: 100, usual: 1_000, most: 3_600_000 };
/** Of a server's own words, so many characters are passed on. */
const MAX_WORDS = 300;

const tooLong = /context.{0,20}(length|size|window)|longer than the model|too many tokens|input is too long/i;
const unreadable = /(load|decod|identif|process|open).{0,30}(image|bitmap|media)|image.{0,30}(decod|corrupt|truncat)/i;

/** Whose fault a refusal is, and what is to be done about it. The server's own words are passed on only to whoever is at fault. */
export function errorOf({ status, body, retryAfterMs }: Refusal): InferenceError {
  const words = wordsOf(body);
  const code = codeOf(status, `${words} ${kindOf(body)}`);
  const message = messageOf(code, status, words);
  return new InferenceError(code, message, code === "OVERLOADED" ? { retryAfterMs: bounded(retryAfterMs) } : {});
}

/** An event that tells of an error instead of a chunk. */
export function streamedError(data: unknown): InferenceError {
  return errorOf({ status: countAt(data, "error", "code") ?? 500, body: data });
}

function codeOf(status: number, words: string): ErrorCode {
  if (status === 429 || status === 503) return "OVERLOADED";
  if (status === 413) return "PROMPT_TOO_LONG";
  // What the server refuses to do for anybody, such as with a wrong key, is the operator's to mend.
  if (status !== 400 && status !== 422) return "MODEL_UNAVAILABLE";
  if (tooLong.test(words)) return "PROMPT_TOO_LONG";
  return unreadable.test(words) ? "IMAGE_UNREADABLE" : "BAD_USER_INPUT";
}

function messageOf(code: ErrorCode, status: number, words: string): string {
  if (code === "OVERLOADED") return "The model's server has too much to do. Try again later.";
  if (code === "MODEL_UNAVAILABLE") return `The model's server cannot answer: ${troubleOf(status)}.`;
  if (status === 413) return "The conversation with its pictures is larger than the model's server takes.";
  return `The model's server refuses this: ${words || `it answers ${status}`}`;
}

function troubleOf(status: number): string {
  if (status === 401 || status === 403) return `it refuses the key that it was given (${status})`;
  if (status === 404) return "it has no such model, or none at this address (404)";
  return `it answers ${status}`;
}

function wordsOf(body: unknown): string {
  const json = typeof body === "string" ? parsed(body) : body;
  const words = textAt(json, "error", "message") ?? textAt(json, "message") ?? textAt(json, "error") ?? "";
  return words.replaceAll(/\s+/g, " ").slice(0, MAX_WORDS);
}

function kindOf(body: unknown): string {
  const error = at(typeof body === "string" ? parsed(body) : body, "error");
  const kinds = [textAt(error, "type"), textAt(error, "code")].join(" ");
  return kinds.replaceAll("_", " ");
}

function bounded(ms = RETRY_MS.usual): number {
  return Math.min(Math.max(ms, RETRY_MS.least), RETRY_MS.most);
}

/** Milliseconds that a Retry-After header asks for: seconds, or a date. */
export function retryAfterOf(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? ms : undefined;
}

/** Codes of connections that never were, so that asking again at once is in vain. */
const unreachable =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|ERR_TLS.*|.*CERT.*)$/;

/** What fetch threw, or the reading of what it gave. */
export function connectionError(thrown: unknown): InferenceError | BrokenAnswer {
  if (thrown instanceof InferenceError || thrown instanceof BrokenAnswer) return thrown;
  const code = textAt(thrown, "cause", "code") ?? textAt(thrown, "code") ?? "";
  if (!unreachable.test(code)) return new BrokenAnswer(code || "the connection ended", { cause: thrown });
  return unavailable(`The model's server cannot be reached (${code}).`, thrown);
}

export function unavailable(message: string, cause?: unknown): InferenceError {
  return new InferenceError("MODEL_UNAVAILABLE", message, { cause });
}
