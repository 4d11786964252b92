import { EventEmitter, once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pull } from "../../hub/index.ts";
import { StandInHub, type Fault } from "./stand-in-hub.ts";

const shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"] as const;
const files = new Map([
  ["config.json", Buffer.from('{"architectures": ["BlipForConditionalGeneration"]}')],
  ["model.safetensors.index.json", Buffer.from('{"weight_map": {}}')],
  [shards[0], Buffer.alloc(200_000, "one")],
  [shards[1], Buffer.alloc(200_000, "another")],
]);
const patience = { tries: 1, firstDelayMs: 1, longestDelayMs: 1, longestAskedMs: 1_000 };

let cache: string;
beforeEach(() => (cache = mkdtempSync(join(tmpdir(), "hub-"))));
afterEach(() => rmSync(cache, { recursive: true }));

function pullModel({ url: endpoint }: StandInHub): Promise<string> {
  const config = { endpoint, cache, token: undefined, access: "online" } as const;
  const { signal } = new AbortController();
  return pull(config, { repository: "tiny/model", revision: "main", signal, onProgress: () => undefined, patience });
}

function expectWhole(folder: string, expected: ReadonlyMap<string, Buffer>): void {
  const wrong = [...expected].filter(([name, content]) => !readFileSync(join(folder, name)).equals(content));
  expect(wrong.map(([name]) => name)).toEqual([]);
}

describe("files that are fetched at once", () => {
  it("end together: where one cannot be had, none goes on when the pull has failed", async () => {
    await using hub = await StandInHub.start(files);
    const events = new EventEmitter();
    const left = once(events, "left");
    hub.fault = endless(events);
    await expect(pullModel(hub)).rejects.toThrow("HTTP 404");
    expect(existsSync(join(cache, "models--tiny--model.lock"))).toBe(false);
    await left;
    hub.fault = () => false;
    expectWhole(await pullModel(hub), files);
  });

  it("may have the same content, which is fetched once", async () => {
    const content = Buffer.from(JSON.stringify({ same: "x".repeat(100_000) }));
    const same = ["vocab.json", "added_tokens.json", "tokenizer.json", "special_tokens_map.json"];
    const alike = new Map([...files, ...same.map((name) => [name, content] as const)]);
    await using hub = await StandInHub.start(alike, { bytesPerSecond: 2_000_000 });
    expectWhole(await pullModel(hub), alike);
    const store = hub.requests.filter(({ host, url }) => host === "store" && url.endsWith(".json"));
    expect(store).toHaveLength(1);
    expect(readdirSync(join(cache, "models--tiny--model/blobs"))).toHaveLength(5);
  });

  /** The first shard begins and never ends; then there is no second one. */
  function endless(events: EventEmitter): Fault {
    const begun = once(events, "begun");
    return async ({ url }, response) => {
      if (url === `/${shards[0]}`) {
        response.on("close", () => events.emit("left"));
        response.writeHead(200, { "content-length": 200_000 }).write("one", () => events.emit("begun"));
        return true;
      }
      if (url !== `/${shards[1]}`) return false;
      await begun;
      response.writeHead(404).end();
      return true;
    };
  }
});
