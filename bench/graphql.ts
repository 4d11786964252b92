/** A server's graph, by plain fetch. */
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

async function post<T>(
  { url, signal }: Graph,
  body: string | FormData,
  headers: Readonly<Record<string, string>>,
): Promise<T> {
  const response = await fetch(`${url}/graphql`, { method: "POST", headers, body, signal });
  const { data, errors } = (await response.json()) as Answer<T>;
  const error = errors?.[0];
  if (error) throw new Error(`${error.extensions?.code ?? "no code"}: ${error.message}`);
  if (data == null) throw new Error(`HTTP ${response.status} without data`);
  return data;
}
