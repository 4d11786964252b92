import { CheckpointError, quote, reason } from "./checkpoint-error.ts";
import { withWeightFile } from "./weight-file.ts";

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [key: string]: JsonValue };

/** Far above any config or shard index of the hub. */
const MAX_JSON_BYTES = 16 * 2 ** 20;

/** Reads a file that must hold one JSON object. Throws a CheckpointError that names the file. */
export function readJsonObject(path: string): JsonObject {
  const bytes = withWeightFile(path, (file) => {
    if (file.size > MAX_JSON_BYTES) {
      throw new CheckpointError(path, `is ${file.size} bytes of JSON; at most ${MAX_JSON_BYTES} are read`);
    }
    return file.read(0, file.size);
  });
  return parseJsonObject(bytes, (problem, cause) => new CheckpointError(path, problem, { cause }));
}

/** Parses UTF-8 JSON strictly: what is not an object, or names a key twice, is `fail`'s error. */
export function parseJsonObject(
  bytes: Uint8Array,
  fail: (problem: string, cause?: unknown) => CheckpointError,
): JsonObject {
  const { text, value } = parse(bytes, fail);
  if (!isObject(value)) throw fail(`holds ${describe(value)} where a JSON object was expected`);
  const key = repeatedKey(text);
  if (key !== undefined) throw fail(`names the key ${quote(key)} twice in one JSON object`);
  return value;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A JSON value in a few words, for messages; "nothing" for an absent one. */
export function describe(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return quote(value);
  if (isObject(value)) return "an object";
  if (value === null || typeof value !== "object") return String(value);
  if (value.length > 8) return `an array of ${value.length}`;
  return `[${value.map((item: JsonValue) => (Array.isArray(item) ? "…" : describe(item))).join(", ")}]`;
}

function parse(bytes: Uint8Array, fail: (problem: string, cause?: unknown) => CheckpointError) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, value: JSON.parse(text) as JsonValue };
  } catch (cause) {
    throw fail(`is not valid JSON: ${reason(cause)}`, cause);
  }
}

/** The first key that stands twice in one object of valid JSON; JSON.parse silently keeps the last. */
function repeatedKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === "{") open.push(new Set());
    if (character === "}") open.pop();
    if (character !== '"') continue;
    const end = closingQuote(json, i);
    const key = isKey(json, end) ? (JSON.parse(json.slice(i, end + 1)) as string) : undefined;
    if (key !== undefined && open.at(-1)?.has(key)) return key;
    if (key !== undefined) open.at(-1)?.add(key);
    i = end;
  }
  return undefined;
}

function closingQuote(json: string, start: number): number {
  let i = start + 1;
  while (json[i] !== '"') i += json[i] === "\\" ? 2 : 1;
  return i;
}

/** A string is a key when a colon follows it. */
function isKey(json: string, closingQuote: number): boolean {
  let i = closingQuote + 1;
  while (" \t\r\n".includes(json[i] ?? "}")) i++;
  return json[i] === ":";
}
