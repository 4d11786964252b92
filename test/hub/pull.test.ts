import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findSnapshot, pull, type HubConfig, type PullProgress } from "../../hub/index.ts";
import { Xorshift } from "../../bench/random.ts";
import { COMMIT, StandInHub, type Fault } from "./stand-in-hub.ts";

const random = new Xorshift(5);
const noise = (bytes: number): Buffer => Buffer.from(Uint8Array.from({ length: bytes }, () => random.next() & 255));
const files = new Map([
  ["config.json", Buffer.from('{"architectures": ["BlipForConditionalGeneration"]}')],
  ["tokenizer.json", Buffer.from("{}")],
  ["model.safetensors", noise(300_000)],
  ["tf_model.h5", noise(50_000)],
  ["README.md", Buffer.from("# A card")],
]);
const wanted = ["README.md", "config.json", "model.safetensors", "tokenizer.json"];
const patience = { tries: 3, firstDelayMs: 1, longestDelayMs: 50, longestAskedMs: 1_000 };

let hub: StandInHub;
let cache: string;
let progress: PullProgress[];
beforeEach(async () => {
  hub = await StandInHub.start(files);
  cache = mkdtempSync(join(tmpdir(), "hub-"));
  progress = [];
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  rmSync(cache, { recursive: true });
});

function config(more: Partial<HubConfig> = {}): HubConfig {
  return { endpoint: hub.url, cache, token: undefined, access: "online", ...more };
}

function pullModel(more: Partial<HubConfig> = {}, repository = "tiny/model"): Promise<string> {
  const onProgress = (step: PullProgress): void => void progress.push(step);
  const signal = new AbortController().signal;
  return pull(config(more), { repository, revision: "main", signal, onProgress, patience });
}

function expectWhole(folder: string): void {
  expect(readdirSync(folder).sort()).toEqual([...wanted].sort());
  const wrong = wanted.filter((name) => !readFileSync(join(folder, name)).equals(files.get(name)!));
  expect(wrong).toEqual([]);
  const blobs = readdirSync(join(cache, "models--tiny--model/blobs"));
  expect(blobs.filter((name) => !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(name))).toEqual([]);
}

describe("a pull", () => {
  it("brings what serving needs, as huggingface_hub lays it out", async () => {
    expect(findSnapshot(config(), "tiny/model", "main")).toBeUndefined();
    const folder = await pullModel();
    expectWhole(folder);
    expect(folder).toBe(join(cache, "models--tiny--model/snapshots", COMMIT));
    expect(readFileSync(join(cache, "models--tiny--model/refs/main"), "utf8")).toBe(COMMIT);
    expect(realpathSync(join(folder, "config.json"))).toContain("/blobs/");
    for (const revision of ["main", COMMIT]) expect(findSnapshot(config(), "tiny/model", revision)).toBe(folder);
    expect(progress.at(-1)).toMatchObject({ files: 4, bytes: progress[0]!.totalBytes });
    expect(progress.map(({ bytes }) => bytes)).toEqual(progress.map(({ bytes }) => bytes).toSorted((a, b) => a - b));
  });

  it("fetches nothing twice", async () => {
    await pullModel();
    hub.requests.length = 0;
    expectWhole(await pullModel());
    expect(hub.requests.map(({ url }) => url)).toEqual(["/api/models/tiny/model/revision/main"]);
  });

  it("goes on with what an earlier one left, even where that was another program's", async () => {
    const blob = await firstBytes(files.get("model.safetensors")!.subarray(0, 100_000));
    expectWhole(await pullModel());
    expect(hub.requests.filter(({ host }) => host === "store").map(({ range }) => range)).toEqual(["bytes=100000-"]);
    expect(existsSync(`${blob}.incomplete`)).toBe(false);
  });

  it("throws away what an earlier one left, where it is not of this file", async () => {
    await firstBytes(noise(100_000));
    expectWhole(await pullModel());
    expect(hub.requests.filter(({ host }) => host === "store").map(({ range }) => range)).toEqual([
      "bytes=100000-",
      undefined,
    ]);
    await rmAll();
    await firstBytes(noise(400_000));
    expectWhole(await pullModel());
  });

  it("tells its token to the hub, and not to the host that the hub sends it on to", async () => {
    const told: (string | undefined)[] = [];
    hub.fault = ({ headers, url }) => {
      if (url!.includes("/tiny/model/")) told.push(headers.authorization);
      return false;
    };
    await pullModel({ token: "hf_secret" });
    expect(new Set(told)).toEqual(new Set(["Bearer hf_secret"]));
    expect(hub.authorizations).toEqual([undefined]);
  });

  it("has two at once bring it once", async () => {
    const folders = await Promise.all([pullModel(), pullModel()]);
    expect(new Set(folders).size).toBe(1);
    expectWhole(folders[0]);
    expect(hub.requests.filter(({ host }) => host === "store")).toHaveLength(1);
  });

  async function firstBytes(bytes: Buffer): Promise<string> {
    const folder = await pullModel();
    const blob = realpathSync(join(folder, "model.safetensors"));
    await rmAll();
    await pullModel().catch(() => undefined);
    rmSync(join(cache, "models--tiny--model/snapshots"), { recursive: true });
    rmSync(join(cache, "models--tiny--model/refs"), { recursive: true });
    rmSync(blob);
    writeFileSync(`${blob}.incomplete`, bytes);
    hub.requests.length = 0;
    return blob;
  }

  function rmAll(): Promise<void> {
    rmSync(join(cache, "models--tiny--model"), { recursive: true });
    return Promise.resolve();
  }
});

describe("a pull that cannot be", () => {
  const always =
    (status: number, headers = {}): Fault =>
    (_request, response) => {
      response.writeHead(status, headers).end("no");
      return true;
    };
  const ofFile =
    (fault: Fault): Fault =>
    (request, response) =>
      request.url === "/model.safetensors" && fault(request, response);
  const cut: Fault = (_request, response) => {
    response
      .writeHead(200, { "content-length": 300_000 })
      .write(files.get("model.safetensors")!.subarray(0, 1_000), () => response.destroy());
    return true;
  };
  const wrong: Fault = (_request, response) => {
    response.writeHead(200).end(Buffer.alloc(300_000));
    return true;
  };

  it.each<[string, Fault, string]>([
    ["of a repository that needs a token", always(401), "private, gated, or not there. Set HF_TOKEN"],
    ["of one that is not there", always(404), "HTTP 404: there is no such repository"],
    ["of a hub that is busy", always(429, { "retry-after": "0" }), "HTTP 429: the hub has had too many requests"],
    ["of a hub with a problem", always(503), "HTTP 503: the hub has a problem of its own"],
    ["of a file with a problem", ofFile(always(500)), "HTTP 500"],
    ["of a file that is cut each time", ofFile(cut), "model.safetensors could not be fetched"],
    ["of a file whose content is another", ofFile(wrong), "model.safetensors of tiny/model has a wrong checksum"],
    ["of a listing that is none", (_, response) => (response.end("<html>"), true), "it is no JSON object"],
    ["of a listing that leads out", listing("../../outside"), "a file has no plain name"],
    ["of no checkpoint", listing("model.gguf"), "tiny/model holds no checkpoint"],
  ])("%s says why, and leaves nothing that counts as good", async (_name, fault, message) => {
    hub.fault = fault;
    await expect(pullModel()).rejects.toThrow(message);
    expect(findSnapshot(config(), "tiny/model", "main")).toBeUndefined();
    hub.fault = () => false;
    expectWhole(await pullModel());
  });

  it("for a token that may not says that", async () => {
    hub.fault = always(403);
    await expect(pullModel({ token: "hf_other" })).rejects.toThrow("this HF_TOKEN may not read it");
  });

  it("goes on after what passes", async () => {
    let failures = 0;
    hub.fault = ofFile((request, response) => failures++ < 2 && cut(request, response));
    expect(await pullModel().then(statSync)).toBeDefined();
    expect(failures).toBe(3);
  });

  it("where nothing listens, or nothing may be asked", async () => {
    await expect(pullModel({ endpoint: "http://127.0.0.1:9" })).rejects.toThrow("Is there a network?");
    await expect(pullModel({ access: "offline" })).rejects.toThrow("HF_HUB_OFFLINE forbids");
  });

  it("waits as long as the hub says", async () => {
    const times: number[] = [];
    hub.fault = busy(times, "1");
    expectWhole(await pullModel());
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(999);
  });

  it("asks no more where the hub says to wait longer than anyone would", async () => {
    const times: number[] = [];
    hub.fault = busy(times, "3600");
    await expect(pullModel()).rejects.toThrow("It asks to wait 3600 s.");
    expect(times).toHaveLength(1);
  });

  function busy(times: number[], retryAfter: string): Fault {
    return (_request, response) => {
      times.push(performance.now());
      if (times.length > 1) return false;
      response.writeHead(429, { "retry-after": retryAfter }).end();
      return true;
    };
  }

  function listing(rfilename: string): Fault {
    const siblings = [{ rfilename, size: 1, blobId: "0".repeat(40) }];
    return (_request, response) => {
      response.end(JSON.stringify({ sha: COMMIT, siblings }));
      return true;
    };
  }
});
