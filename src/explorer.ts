import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { TenantGallery } from "../gallery/galleries.ts";
import type { Inference } from "../inference/index.ts";
import type { ExamplePicture } from "./example-pictures.ts";
import { exampleTabs, type ExampleTab } from "./example-tabs.ts";
import { csrfHeader } from "./csrf.ts";

/** GraphiQL, from this process alone. */
export interface Explorer {
  /** Sends the page. */
  send(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** What the page may load and where it may talk to: this server, and code that is within the page. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src data:",
  "worker-src blob:",
  "connect-src 'self' ws: wss:",
  "frame-ancestors 'none'",
].join("; ");

export interface ExplorerParts {
  readonly gallery: Pick<TenantGallery, "getMany">;
  readonly inference: Inference;
  /** Whether whoever asks has to bring a key. @default "open" */
  readonly entry?: "open" | "by key";
}

/** GraphiQL with example tabs about the bundled pictures, as far as they are in the gallery and models can answer. */
export function createExplorer(parts: ExplorerParts, examples: readonly ExamplePicture[]): Explorer {
  const pages = new PageCache(parts.entry ?? "open");
  return {
    async send(request, response) {
      const page = await pages.get(await tabsFor(parts, examples));
      const zipped = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
      setHeaders(response);
      if (zipped) response.setHeader("content-encoding", "gzip");
      response.end(request.method === "HEAD" ? undefined : zipped ? page.zipped : page.html);
    },
  };
}

interface Page {
  readonly html: Buffer;
  readonly zipped: Buffer;
}

/** The page is megabytes of script: it is put together again only when the tabs change. */
class PageCache {
  readonly #entry: NonNullable<ExplorerParts["entry"]>;
  #key: string | undefined;
  #page: Promise<Page> | undefined;

  constructor(entry: NonNullable<ExplorerParts["entry"]>) {
    this.#entry = entry;
  }

  get(tabs: readonly ExampleTab[]): Promise<Page> {
    const key = JSON.stringify(tabs);
    if (!this.#page || this.#key !== key) this.#page = renderPage(tabs, entries[this.#entry]);
    this.#key = key;
    return this.#page;
  }
}

/** A tab's animation leaves it beside its place, so that the first click on it misses: none of them moves. */
const stillTabs = "<style>.graphiql-tab { transform: none !important; }</style></head>";

/** A socket would be opened without what stands in the editor of headers; there is a place for the key. */
const entries = {
  open: { subscriptionsProtocol: "WS" },
  "by key": {
    subscriptionsProtocol: "SSE",
    headers: JSON.stringify({ authorization: "Bearer YOUR_KEY" }, undefined, 2),
    defaultEditorToolsVisibility: "headers",
  },
} as const;

async function renderPage(tabs: readonly ExampleTab[], entry: (typeof entries)[keyof typeof entries]): Promise<Page> {
  const { renderGraphiQL } = await import("@graphql-yoga/render-graphiql");
  const page = renderGraphiQL({
    title: "Triptych",
    additionalHeaders: { [csrfHeader]: "graphiql" },
    ...entry,
    ...(tabs.length === 0 ? {} : { defaultTabs: tabs.map((tab) => ({ ...tab })) }),
  });
  const html = Buffer.from(page.replace("</head>", stillTabs));
  return { html, zipped: await promisify(gzip)(html) };
}

async function tabsFor(
  { gallery, inference }: ExplorerParts,
  examples: readonly ExamplePicture[],
): Promise<readonly ExampleTab[]> {
  if (examples.length === 0) return [];
  const found = await gallery.getMany(examples.map(({ id }) => id));
  const [first, ...rest] = examples.filter((_, i) => found[i] !== undefined);
  return first ? exampleTabs({ pictures: [first, ...rest], models: inference.models() }) : [];
}

function setHeaders(response: ServerResponse): void {
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.setHeader("content-security-policy", contentSecurityPolicy);
  response.setHeader("cache-control", "no-cache");
  response.setHeader("vary", "accept, accept-encoding");
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("referrer-policy", "no-referrer");
}
