import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Inference } from "../../../inference/index.ts";
import type { KeyEntry } from "../../../src/access/key-file.ts";
import { hashOfKey, newKey } from "../../../src/access/new-key.ts";
import type { Quota } from "../../../src/budgets/budgets.ts";
import { ChattingInference } from "../../chat/chatting-inference.ts";
import { answerOf, startTestServer, type Answer, type TestServer, type TestServerOptions } from "../test-server.ts";

/** Two tenants, who have nothing to do with each other: of the first also one who only reads, and one who watches over all. */
export const keys = { acme: newKey(), bolt: newKey(), reader: newKey(), admin: newKey() } as const;
export type Who = keyof typeof keys;

const entries: Readonly<Record<Who, Omit<KeyEntry, "sha256" | "name">>> = {
  acme: { tenant: "acme", role: "member" },
  bolt: { tenant: "bolt", role: "member" },
  reader: { tenant: "acme", role: "reader" },
  admin: { tenant: "ops", role: "admin" },
};

/** A file of these keys, as `npm run keys` would have made it. */
export function keyFileText(quotas: Readonly<Record<string, Quota>> = {}, names = Object.keys(keys) as Who[]): string {
  const kept = names.map((name) => ({ ...entries[name], name, sha256: hashOfKey(keys[name]).toString("hex") }));
  return JSON.stringify({ tenants: quotas, keys: kept, sessionSecret: "s".repeat(43) });
}

export interface KeyedServer<I extends Inference = ChattingInference> extends TestServer<I> {
  /** Writes the file of keys anew. */
  readonly write: (text: string) => void;
}

/** A real server that lets in only those with keys. */
export async function startKeyedServer<I extends Inference = ChattingInference>({
  quotas = {},
  env = {},
  inference = new ChattingInference() as unknown as I,
  ...options
}: TestServerOptions<I> & { readonly quotas?: Readonly<Record<string, Quota>> } = {}): Promise<KeyedServer<I>> {
  const folder = mkdtempSync(join(tmpdir(), "triptych-keys-"));
  const file = join(folder, "keys.json");
  const write = (text: string): void => writeFileSync(file, text);
  write(keyFileText(quotas));
  const server = await startTestServer<I>({ ...options, inference, env: { KEYS_FILE: file, ...env } });
  return {
    ...server,
    write,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The header that says who asks. */
export function bearer(who: Who): { readonly authorization: string } {
  return { authorization: `Bearer ${keys[who]}` };
}

export interface AskedAs extends Answer {
  readonly headers: Headers;
}

/** Sends a document as somebody, or with any headers. */
export async function askAs(
  url: string,
  who: Who | Readonly<Record<string, string>>,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<AskedAs> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(typeof who === "string" ? bearer(who) : who) },
    body: JSON.stringify({ query, variables }),
  });
  return { ...(await answerOf(response)), headers: response.headers };
}

export interface Added {
  readonly id: string;
  readonly url: string;
}

/** Adds a picture of the fake world to somebody's gallery. */
export async function addAs(url: string, who: Who, words: string): Promise<Added> {
  const base64 = Buffer.from(`picture:${words}`).toString("base64");
  const { data, errors } = await askAs(
    url,
    who,
    `mutation ($base64: Base64!) { addImages(input: { images: [{ image: { base64: $base64 } }] }) { images { id url } } }`,
    { base64 },
  );
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return (data!.addImages as { readonly images: readonly Added[] }).images[0]!;
}
