import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";

/** What the hub does wrong with a request, before it would answer; true: it has answered. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

export interface StandInOptions {
  /** As owner/name. */
  readonly repository?: string;
  /** Large files are kept on another host, to which requests are sent on. */
  readonly largeFrom?: number;
  /** "names": a mirror that lists names alone, and says the rest in headers, its ETag by this. */
  readonly listing?: "whole" | "names";
  readonly etag?: (content: Buffer) => string;
  /** Of each answer's body. */
  readonly bytesPerSecond?: number;
}

const usual: Required<StandInOptions> = {
  repository: "tiny/model",
  largeFrom: 1_000,
  bytesPerSecond: Infinity,
  listing: "whole",
  etag: (content) => createHash("sha256").update(content).digest("hex"),
};

/** The hub over real sockets, with these files in its one repository, tiny/model if not another. */
export class StandInHub implements AsyncDisposable {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly requests: { readonly url: string; readonly range: string | undefined; readonly host: "hub" | "store" }[] =
    [];
  /** Headers that came to the other host. */
  readonly authorizations: (string | undefined)[] = [];
  fault: Fault = () => false;
  readonly #options: Required<StandInOptions>;
  readonly #hub: Server;
  readonly #store: Server;

  private constructor(files: ReadonlyMap<string, Buffer>, options: StandInOptions) {
    this.files = files;
    this.#options = { ...usual, ...options };
    this.#hub = createServer((request, response) => void this.#answer(request, response));
    this.#store = createServer((request, response) => void this.#deliver(request, response));
  }

  static async start(files: ReadonlyMap<string, Buffer>, options: StandInOptions = {}): Promise<StandInHub> {
    const hub = new StandInHub(files, options);
    await Promise.all([hub.#hub, hub.#store].map((server) => once(server.listen(0, "127.0.0.1"), "listening")));
    return hub;
  }

  get url(): string {
    return urlOf(this.#hub);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url!, this.url);
    this.requests.push({ url: pathname, range: request.headers.range, host: "hub" });
    if (await this.fault(request, response)) return;
    const { repository } = this.#options;
    const [, revision] = new RegExp(`^/api/models/${repository}/revision/([\\w%]+)$`).exec(pathname) ?? [];
    if (revision === "main" || revision === COMMIT) return void response.end(JSON.stringify(this.#listing()));
    if (revision !== undefined) return void response.writeHead(404, { "x-error-code": "RevisionNotFound" }).end();
    const [, name = ""] = new RegExp(`^/${repository}/resolve/${COMMIT}/(.+)$`).exec(pathname) ?? [];
    const content = this.files.get(decodeURIComponent(name));
    if (content === undefined) return void response.writeHead(404).end("Entry not found");
    if (content.length < this.#options.largeFrom) return this.#send(content, request, response);
    const linked = { "x-linked-etag": `"${this.#options.etag(content)}"`, "x-linked-size": content.length };
    response.writeHead(302, { location: `${urlOf(this.#store)}/${name}`, ...linked }).end();
  }

  async #deliver(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push({ url: request.url!, range: request.headers.range, host: "store" });
    this.authorizations.push(request.headers.authorization);
    if (await this.fault(request, response)) return;
    await this.#send(this.files.get(decodeURIComponent(request.url!.slice(1)))!, request, response);
  }

  async #send(content: Buffer, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, from = "0"] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
    const part = content.subarray(Number(from));
    const partial = from === "0" ? {} : { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` };
    const etag = `W/"${this.#options.etag(content)}"`;
    response.writeHead(from === "0" ? 200 : 206, { "content-length": part.length, etag, ...partial });
    if (request.method === "HEAD") return void response.end();
    const step = Math.max(1, Math.floor(this.#options.bytesPerSecond / 100));
    for (let at = 0; at < part.length && !response.destroyed; at += step) {
      response.write(part.subarray(at, at + step));
      if (step < part.length) await delay(10);
    }
    response.end();
  }

  #listing(): object {
    const siblings = [...this.files].map(([rfilename, content]) => {
      if (this.#options.listing === "names") return { rfilename };
      const blobId = createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
      const sha256 = createHash("sha256").update(content).digest("hex");
      const lfs = content.length < this.#options.largeFrom ? {} : { lfs: { sha256, size: content.length } };
      return { rfilename, size: content.length, blobId, ...lfs };
    });
    return { id: this.#options.repository, sha: COMMIT, siblings };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of [this.#hub, this.#store]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
