import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findSnapshot, pull, type HubConfig } from "../../hub/index.ts";
import { COMMIT, StandInHub, type Fault } from "./stand-in-hub.ts";

const weights = Buffer.alloc(50_000, "weights");
const files = new Map([
  ["config.json", Buffer.from("{}")],
  ["model.safetensors", weights],
]);
const patience = { tries: 2, firstDelayMs: 1, longestDelayMs: 10, longestAskedMs: 1_000 };

let hub: StandInHub;
let cache: string;
beforeEach(async () => {
  hub = await StandInHub.start(files);
  cache = mkdtempSync(join(tmpdir(), "hub-"));
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  rmSync(cache, { recursive: true });
});

function config(token?: string): HubConfig {
  return { endpoint: hub.url, cache, token, access: "online" };
}

function pullModel(token?: string): Promise<string> {
  const { signal } = new AbortController();
  return pull(config(token), {
    repository: "tiny/model",
    revision: "main",
    signal,
    onProgress: () => undefined,
    patience,
  });
}

describe("each refusal has a message of its own", () => {
  it.each<[number, Readonly<Record<string, string>>, string | undefined, string]>([
    [401, {}, undefined, "is private, gated, or not there. Set HF_TOKEN"],
    [401, {}, "hf_old", "does not know this HF_TOKEN"],
    [401, { "x-error-code": "GatedRepo" }, undefined, "is gated. Accept its terms on its page, and set HF_TOKEN"],
    [403, { "x-error-code": "GatedRepo" }, "hf_mine", "may not read it. Ask for access"],
    [403, {}, "hf_mine", "may not read it. Ask for access"],
    [404, { "x-error-code": "RepoNotFound" }, undefined, "there is no such repository."],
    [404, { "x-error-code": "RevisionNotFound" }, undefined, "the repository has no such revision"],
    [404, { "x-error-code": "EntryNotFound" }, undefined, "the repository has no such file"],
    [
      429,
      { "retry-after": "7" },
      undefined,
      "too many requests from here. Try again later, or set HF_TOKEN. It asks to wait 7 s",
    ],
    [502, {}, undefined, "HTTP 502: the hub has a problem of its own"],
    [418, {}, undefined, "HTTP 418: the hub refuses the request"],
  ])("%i %j with the token %j", async (status, headers, token, message) => {
    hub.fault = (_request, response) => (response.writeHead(status, headers).end(), true);
    await expect(pullModel(token)).rejects.toThrow(message);
  });
});

describe("a disk that is full", () => {
  it("is found so before anything is fetched", async () => {
    const siblings = [...files.keys()].map((rfilename) => ({ rfilename, size: 2 ** 52, blobId: "0".repeat(40) }));
    hub.fault = ({ url }, response) =>
      url!.startsWith("/api/") && (response.end(JSON.stringify({ sha: COMMIT, siblings })), true);
    await expect(pullModel()).rejects.toThrow(/^4503599\.63 GB are missing, and the disk of .* make room/);
    expect(hub.requests.filter(({ url }) => !url.startsWith("/api/"))).toEqual([]);
  });

  // What is written to this device finds no space on it. https://man7.org/linux/man-pages/man4/full.4.html
  it.skipIf(!existsSync("/dev/full"))("while it is fetched to, leaves nothing that counts as good", async () => {
    const blobs = join(cache, "models--tiny--model/blobs");
    const blob = join(blobs, createHash("sha256").update(weights).digest("hex"));
    mkdirSync(blobs, { recursive: true });
    symlinkSync("/dev/full", `${blob}.incomplete`);
    await expect(pullModel()).rejects.toThrow(`No space is left in ${blobs}`);
    expect([existsSync(blob), findSnapshot(config(), "tiny/model", "main")]).toEqual([false, undefined]);
    rmSync(`${blob}.incomplete`);
    expect(readFileSync(join(await pullModel(), "model.safetensors")).equals(weights)).toBe(true);
  });
});

describe("a part that is not the one that was asked for", () => {
  it.each<[string, Fault]>([
    ["of a file of another size", (_, response) => part(response, "bytes 10-49999/60000")],
    ["from another place on", (_, response) => part(response, "bytes 0-49999/50000")],
  ])("%s is not put behind the first", async (_name, fault) => {
    cutFirst();
    await expect(pullModel()).rejects.toThrow();
    hub.fault = (request, response) => request.headers.range !== undefined && fault(request, response);
    await expect(pullModel()).rejects.toThrow("the hub sent HTTP 206 where the bytes from 10 on were asked for");
    hub.fault = () => false;
    expect(readFileSync(join(await pullModel(), "model.safetensors")).equals(weights)).toBe(true);
  });

  function cutFirst(): void {
    hub.fault = ({ url, headers }, response) => {
      if (url !== "/model.safetensors") return false;
      if (headers.range !== undefined) response.writeHead(404).end();
      else
        response.writeHead(200, { "content-length": 50_000 }).write(weights.subarray(0, 10), () => response.destroy());
      return true;
    };
  }

  function part(response: Parameters<Fault>[1], range: string): true {
    response.writeHead(206, { "content-range": range }).end(weights);
    return true;
  }
});
