import { expect } from "vitest";
import { root } from "./server.ts";

export interface GraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly [name: string]: unknown };
}

export interface Answer<T> {
  readonly status: number;
  readonly data: T;
  readonly errors: readonly GraphError[];
  readonly codes: readonly string[];
}

/** Every code that the contract names. */
const contractCodes = [
  "BAD_USER_INPUT",
  "IMAGE_UNREADABLE",
  "IMAGE_TOO_LARGE",
  "IMAGE_UNREACHABLE",
  "PROMPT_TOO_LONG",
  "UNSUPPORTED_TASK",
  "MODEL_UNAVAILABLE",
  "OVERLOADED",
  "DEADLINE_EXCEEDED",
  "CANCELLED",
  "NOT_FOUND",
  "GENERATION_EXPIRED",
  "SLOW_CONSUMER",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "QUERY_TOO_COMPLEX",
  "INTERNAL_SERVER_ERROR",
];

/** A field that fails is null, and so is what else was not asked for: only what a test asks for may be looked at. */
export type Data = Readonly<Record<string, never>>;

export interface AskOptions {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

export interface PostOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Sends a document as JSON. */
export async function ask<T = Data>(url: string, query: string, options: AskOptions = {}): Promise<Answer<T>> {
  const { variables = {}, signal } = options;
  return post(url, JSON.stringify({ query, variables }), { ...(signal && { signal }) });
}

/** Sends any body at all to the graph. */
export async function post<T = Data>(
  url: string,
  body: string | Uint8Array,
  { headers, signal }: PostOptions = {},
): Promise<Answer<T>> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: Buffer.from(body),
    ...(signal && { signal }),
  });
  return answerOf<T>(response);
}

/** Reads an answer, which is JSON whatever went wrong, and whose every error can be understood. */
export async function answerOf<T = Data>(response: Response): Promise<Answer<T>> {
  const body = (await response.json()) as { data?: T; errors?: readonly GraphError[] };
  const errors = body.errors ?? [];
  errors.forEach(checkError);
  return { status: response.status, data: body.data as T, errors, codes: errors.map((error) => error.extensions.code) };
}

/** No error is without a code that the contract names, a sentence for people, or shows the insides of the server. */
function checkError({ message, extensions }: GraphError): void {
  expect(contractCodes).toContain(extensions.code);
  expect(message.length).toBeGreaterThan(10);
  const insides = [root, "node_modules", "node:", "    at ", ".ts:"];
  expect(insides.filter((text) => JSON.stringify({ message, extensions }).includes(text))).toEqual([]);
}
