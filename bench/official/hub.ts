import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { GeneratedFile } from "./generated-file.ts";
import type { OfficialRepository } from "./repository.ts";

/** Files from this size on have a sha256 in the hub's listing, others git's checksum. */
const LARGE_BYTES = 1_000_000;
/** The commit of branches. */
const MAIN = "0123456789abcdef0123456789abcdef01234567";

/** The hub over a real socket, with repositories that are made as they are read: no size of them is too large. */
export class GeneratedHub implements AsyncDisposable {
  readonly #repositories: ReadonlyMap<string, OfficialRepository>;
  readonly #server: Server;

  private constructor(repositories: readonly OfficialRepository[]) {
    this.#repositories = new Map(repositories.map((official) => [official.repository, official]));
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** Checksums are computed first: a listing that kept a client waiting for them would be given up. */
  static async start(repositories: readonly OfficialRepository[]): Promise<GeneratedHub> {
    for (const { files } of repositories) Object.values(files).forEach(checksumOf);
    const hub = new GeneratedHub(repositories);
    await once(hub.#server.listen(0, "127.0.0.1"), "listening");
    return hub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url!, this.url);
    const [, listed, revision = ""] = /^\/api\/models\/([^/]+\/[^/]+)\/revision\/(\w+)$/.exec(pathname) ?? [];
    const listing = this.#repositories.get(listed ?? "");
    if (listing) return void response.end(JSON.stringify(listingOf(listing, revision)));
    const [, asked, name] = /^\/([^/]+\/[^/]+)\/resolve\/[0-9a-f]{40}\/(.+)$/.exec(pathname) ?? [];
    const file = this.#repositories.get(asked ?? "")?.files[decodeURIComponent(name ?? "")];
    if (file) await send(file, request, response);
    else response.writeHead(404).end("Entry not found");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function send(file: GeneratedFile, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const range = { "content-range": `bytes ${from}-${file.bytes - 1}/${file.bytes}` };
  response.writeHead(from === 0 ? 200 : 206, { "content-length": file.bytes - from, ...(from > 0 && range) });
  // Ends early where the client leaves.
  await pipeline(Readable.from(file.read(from)), response).catch(() => undefined);
}

/** Every commit has the same files. */
function listingOf({ repository, files }: OfficialRepository, revision: string): object {
  const siblings = Object.entries(files).map(([rfilename, file]) => {
    return { rfilename, size: file.bytes, ...checksumOf(file) };
  });
  const sha = /^[0-9a-f]{40}$/.test(revision) ? revision : MAIN;
  return { id: repository, sha, siblings };
}

function checksumOf(file: GeneratedFile): object {
  if (file.bytes >= LARGE_BYTES) return { blobId: "0".repeat(40), lfs: { sha256: file.sha256, size: file.bytes } };
  const hash = createHash("sha1").update(`blob ${file.bytes}\0`);
  for (const part of file.read()) hash.update(part);
  return { blobId: hash.digest("hex") };
}
