import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GeneratedHub } from "../../../bench/official/hub.ts";
import { officialRepository } from "../../../bench/official/repository.ts";
import { makePictures } from "../../../bench/pictures.ts";
import { hubConfig, pull, repositoryOf } from "../../../hub/index.ts";
import { startInference, type Inference } from "../../../inference/index.ts";

/** A layer of each tower of BLIP-base, at its width: 250 MB that nobody stores before they are asked for. */
const NAME = "blip-image-captioning-base";
const official = officialRepository(NAME, 1);

let home: string;
let folder: string;
let inference: Inference;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "official-pulled-"));
  await using hub = await GeneratedHub.start([official]);
  const config = hubConfig({ HF_HOME: home, HF_ENDPOINT: hub.url });
  const signal = new AbortController().signal;
  folder = await pull(config, {
    repository: repositoryOf(NAME)!,
    revision: "main",
    signal,
    onProgress: () => undefined,
  });
  const models = [{ folder, name: NAME, dtype: "float32" }] as const;
  const cache = { kvCacheBytes: 2 ** 28, featureCacheBytes: 2 ** 26, pixelCacheBytes: 2 ** 26 };
  const limits = { threads: 1, maxSequences: 4, maxEncoderBatch: 2, ...cache, weightCache: join(home, "weights") };
  const worker = { models, device: "cpu", ...limits } as const;
  const log = (line: string): void => console.error(line);
  inference = startInference({ worker, maxRequests: 8, maxRequestBytes: 2 ** 24, timeoutMs: 120_000, log });
  await inference.ready();
}, 120_000);

afterAll(async () => {
  await inference.close();
  rmSync(home, { recursive: true });
});

describe("a checkpoint that is made as it is fetched", () => {
  it("is the same from any place on", () => {
    const file = official.files["pytorch_model.bin"]!;
    const fetched = readFileSync(join(folder, "pytorch_model.bin"));
    expect(fetched.length).toBe(file.bytes);
    for (const from of [1, 4096, 4097, 12_345_678, file.bytes - 3]) {
      const [part] = file.read(from);
      expect(Buffer.compare(part!.subarray(0, 1000), fetched.subarray(from, from + Math.min(1000, part!.length)))).toBe(
        0,
      );
    }
  });

  it("captions a picture", async () => {
    const [picture] = await makePictures(1, 1);
    const task = { kind: "caption", model: NAME, image: { bytes: picture!.bytes } } as const;
    const { text, tokens } = await inference.submit({ ...task, options: { maxTokens: 4, minTokens: 4 } });
    expect(tokens).toBe(4);
    expect(text).toMatch(/^\S+( \S+)*$/);
  });
});
