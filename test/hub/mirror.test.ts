import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { proxyAdvice, pull, type Wait } from "../../hub/index.ts";
import { StandInHub, type Fault, type StandInOptions } from "./stand-in-hub.ts";

const files = new Map([
  ["config.json", Buffer.from("{}")],
  ["tf_model.h5", Buffer.alloc(70_000)],
  ["model.safetensors", Buffer.alloc(50_000, "weights")],
]);
const patience = { tries: 3, firstDelayMs: 1, longestDelayMs: 10, longestAskedMs: 1_000 };

let cache: string;
let waits: Wait[];
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "hub-"));
  waits = [];
});
afterEach(() => rmSync(cache, { recursive: true }));

async function pullFrom(options: StandInOptions, fault: Fault = () => false): Promise<StandInHub["requests"]> {
  await using hub = await StandInHub.start(files, options);
  hub.fault = fault;
  const folder = await pull(
    { endpoint: hub.url, cache, token: undefined, access: "online" },
    {
      repository: "tiny/model",
      revision: "main",
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onWait: (wait) => void waits.push(wait),
      patience,
    },
  );
  for (const name of ["config.json", "model.safetensors"]) {
    expect(readFileSync(join(folder, name)).equals(files.get(name)!)).toBe(true);
  }
  return hub.requests;
}

const hashed =
  (kind: string, header = "") =>
  (content: Buffer): string =>
    createHash(kind)
      .update(header.replace("#", String(content.length)))
      .update(content)
      .digest("hex");

describe("a mirror that lists names alone", () => {
  it.each<[string, (content: Buffer) => string]>([
    ["a SHA-256", hashed("sha256")],
    ["git's SHA-1", hashed("sha1", "blob #\0")],
    ["a SHA-1 of its own", hashed("sha1")],
    ["a name of its own", (content) => `v1-${content.length}`],
  ])("is asked for sizes and ETags of what is needed: %s", async (_name, etag) => {
    const requests = await pullFrom({ listing: "names", etag });
    expect(requests.filter(({ url }) => url.includes("tf_model"))).toEqual([]);
    const blobs = readdirSync(join(cache, "models--tiny--model/blobs")).sort();
    expect(blobs).toEqual(["config.json", "model.safetensors"].map((name) => etag(files.get(name)!)).sort());
  });

  it("is not believed where a content is not what its SHA-256 says", async () => {
    const etag = (content: Buffer): string => hashed("sha256")(Buffer.concat([content, content]));
    await expect(pullFrom({ listing: "names", etag })).rejects.toThrow("has a wrong checksum");
    expect(existsSync(join(cache, "models--tiny--model/refs"))).toBe(false);
  });

  it.each(["", "../../outside", ".."])("is not used where its ETag is %j", async (etag) => {
    const pulled = pullFrom({ listing: "names", etag: () => etag });
    await expect(pulled).rejects.toThrow("neither how long the file is nor its ETag");
  });
});

describe("a listing without an end", () => {
  it.each<[string, Fault]>([
    ["that says so", (_, response) => (response.writeHead(200, { "content-length": 2 ** 40 }).write("{"), true)],
    ["that does not", (_, response) => (pour(response), true)],
  ])("%s is left before it is read", async (_name, fault) => {
    await expect(pullFrom({}, fault)).rejects.toThrow("it is longer than 8388608 bytes");
  });

  function pour(response: Parameters<Fault>[1]): void {
    while (!response.destroyed && response.write(Buffer.alloc(2 ** 16, " ")));
    if (!response.destroyed) response.once("drain", () => pour(response));
  }
});

describe("a wait for another try", () => {
  it.each<[Readonly<Record<string, string>>, number, string, number]>([
    [{ "retry-after": "1" }, 429, "It asks to wait 1 s.", 1000],
    [{}, 503, "the hub has a problem of its own. Try again later.", 1],
  ])("%j is told, with what the hub said", async (headers, status, message, ms) => {
    let refusals = 0;
    await pullFrom({}, (_, response) => refusals++ === 0 && (response.writeHead(status, headers).end(), true));
    expect(waits.map((wait) => wait.ms)).toEqual([ms]);
    expect(waits[0]!.error.message).toContain(message);
  });

  it("is told of a connection that was cut", async () => {
    let cuts = 0;
    await pullFrom({}, ({ url, socket }) => url === "/model.safetensors" && cuts++ === 0 && (socket.destroy(), true));
    expect(waits[0]!.error.message).toContain("could not be fetched");
  });
});

describe("a proxy", () => {
  it.each([
    [{}, undefined],
    [{ HTTPS_PROXY: "" }, undefined],
    [{ HTTPS_PROXY: "http://proxy:3128", NODE_USE_ENV_PROXY: "1" }, undefined],
    [{ https_proxy: "http://proxy:3128" }, "with NODE_USE_ENV_PROXY=1"],
  ])("is advised of where it is set and not used: %j", (env, advice) => {
    if (advice === undefined) expect(proxyAdvice(env)).toBeUndefined();
    else expect(proxyAdvice(env)).toContain(advice);
  });
});
