import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Galleries } from "../../gallery/galleries.ts";
import { Gallery } from "../../gallery/gallery.ts";
import type { Inference } from "../../inference/index.ts";
import type { FetchPicture } from "../../resolvers/fetch-picture.ts";
import { startAccess } from "../../src/access/start-access.ts";
import { LocalBudgets } from "../../src/budgets/local-budgets.ts";
import { parseConfig, type Config } from "../../src/config.ts";
import type { Explorer } from "../../src/explorer.ts";
import type { Log } from "../../src/log.ts";
import { openTenantGalleries } from "../../src/open-galleries.ts";
import type { FinishedOperation } from "../../src/operation.ts";
import type { OnRefusal } from "../../src/refused-request.ts";
import { createServer } from "../../src/server.ts";
import type { WebPage } from "../../src/web-page.ts";
import type { WebsocketLimits } from "../../src/websocket-limits.ts";
import { TalkingInference } from "./talking-inference.ts";

export interface TestServerOptions<I extends Inference> {
  readonly inference?: I;
  /** Settings as the environment gives them. */
  readonly env?: Readonly<Record<string, string>>;
  readonly fetchPicture?: FetchPicture;
  readonly explorer?: (gallery: Gallery) => Explorer | Promise<Explorer>;
  readonly webPage?: WebPage;
  readonly modelNames?: readonly string[];
  readonly onOperation?: (operation: FinishedOperation) => void;
  readonly onRefusal?: OnRefusal;
  readonly websocketLimits?: Partial<WebsocketLimits>;
  /** What runs when the server is closed has so long to end. @default 100 */
  readonly graceMs?: number;
}

export interface TestServer<I extends Inference> extends AsyncDisposable {
  readonly url: string;
  readonly inference: I;
  readonly gallery: Gallery;
  /** What the log was told of as errors. */
  readonly errors: readonly string[];
}

/** The real server with a real gallery in a new folder, over an inference that the test knows. */
export async function startTestServer<I extends Inference = TalkingInference>(
  options: TestServerOptions<I> = {},
): Promise<TestServer<I>> {
  const inference = (options.inference ?? new TalkingInference()) as I;
  const folder = await mkdtemp(join(tmpdir(), "triptych-"));
  const gallery = await Gallery.open(folder, inference);
  const settings = config(options.env);
  const quota = { deviceMsPerMinute: settings.maxClientMsPerMinute };
  const access = await startAccess(settings.access, {
    quota,
    maxChats: settings.maxChats,
    report: (message) => void errors.push(message),
  });
  const errors: string[] = [];
  const galleries = access.sessions
    ? await openTenantGalleries({
        folder,
        shared: undefined,
        inference,
        report: (problem) => void errors.push(problem),
      })
    : new Galleries({ open: () => Promise.resolve(gallery), maxOpen: 1 });
  const { onOperation, onRefusal } = options;
  const log: Log = {
    info: () => undefined,
    error: (message) => void errors.push(message),
    finished: () => undefined,
  };
  const explorer = await options.explorer?.(gallery);
  const fetchPicture = options.fetchPicture ?? noFetch;
  const { webPage, modelNames, websocketLimits } = options;
  const server = createServer({
    inference,
    galleries,
    access,
    budgets: new LocalBudgets(settings),
    fetchPicture,
    config: settings,
    log,
    explorer,
    webPage,
    modelNames,
    websocketLimits,
    onOperation,
    onRefusal,
  });
  const url = await server.listen();
  return {
    url,
    inference,
    gallery,
    errors,
    [Symbol.asyncDispose]: async () => {
      await server.close(options.graceMs ?? 100);
      access.close();
      await galleries.close();
      await gallery.close();
      await inference.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The configuration that an environment gives, on any free port. */
function config(env: Readonly<Record<string, string>> = {}): Config {
  const parsed = parseConfig([], { PORT: "0", ...env });
  if (parsed === "help") throw new Error("no flags were given");
  return parsed;
}

const noFetch: FetchPicture = () => Promise.reject(new Error("this test fetches nothing"));

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly [name: string]: unknown };
}

export interface Answer {
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors: readonly GraphqlError[];
  /** The codes of the errors, in order. */
  readonly codes: readonly (string | undefined)[];
}

/** Sends a document as JSON. */
export async function ask(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  return answerOf(
    await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    }),
  );
}

/** Reads an answer, which must be JSON whatever went wrong. */
export async function answerOf(response: Response): Promise<Answer> {
  const body = (await response.json()) as { data?: Answer["data"]; errors?: readonly GraphqlError[] };
  const errors = body.errors ?? [];
  return { status: response.status, data: body.data, errors, codes: errors.map((error) => error.extensions?.code) };
}

/** A picture of the fake world as an ImageInput. */
export function inBase64(words: string): { readonly base64: string } {
  return { base64: Buffer.from(`picture:${words}`).toString("base64") };
}
