import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";

/** A server's graph, by plain HTTP. */
export interface Graph {
  readonly url: string;
  readonly signal: AbortSignal;
}

export type Variables = Readonly<Record<string, unknown>>;

/** A picture file to send. */
export interface PictureFile {
  readonly name: string;
  readonly type: "image/png" | "image/jpeg";
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The data of an answer without errors; throws the first error that it has. */
export async function query<T>(graph: Graph, document: string, variables: Variables = {}): Promise<T> {
  const body = JSON.stringify({ query: document, variables });
  return post<T>(graph, body, { "content-type": "application/json" });
}

/** The same with a picture as `$image`, sent by the GraphQL multipart request specification. */
export async function queryWithPicture<T>(
  graph: Graph,
  document: string,
  { picture, variables = {} }: { picture: PictureFile; variables?: Variables },
): Promise<T> {
  const form = new FormData();
  form.set("operations", JSON.stringify({ query: document, variables: { ...variables, image: { upload: null } } }));
  form.set("map", JSON.stringify({ 0: ["variables.image.upload"] }));
  form.set("0", new Blob([picture.bytes], { type: picture.type }), picture.name);
  return post<T>(graph, form, { "x-graphql-yoga-csrf": "1" });
}

interface Answer<T> {
  readonly data?: T | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

async function post<T>(graph: Graph, body: string | FormData, headers: Readonly<Record<string, string>>): Promise<T> {
  const response = await send(graph, new Request(`${graph.url}/graphql`, { method: "POST", headers, body }));
  const { data, errors } = (await json(response)) as Answer<T>;
  const error = errors?.[0];
  if (error) throw new Error(`${error.extensions?.code ?? "no code"}: ${error.message}`);
  if (data == null) throw new Error(`HTTP ${response.statusCode} without data`);
  return data;
}

/** Waits as long as it takes: fetch gives up on answers that have not begun after five minutes. */
async function send({ signal }: Graph, message: Request): Promise<IncomingMessage> {
  const bytes = Buffer.from(await message.arrayBuffer());
  const sending = request(message.url, {
    method: message.method,
    headers: Object.fromEntries(message.headers),
    signal,
  });
  const answer = once(sending, "response") as Promise<[IncomingMessage]>;
  sending.end(bytes);
  const [response] = await answer;
  return response;
}
