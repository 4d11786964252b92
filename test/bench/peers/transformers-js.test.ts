import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { LanguageShape } from "../../../bench/peers/gguf-model.ts";
import { JsonLines } from "../../../bench/peers/json-lines.ts";
import { writeExport } from "../../../bench/peers/transformers-js/export.ts";
import type { GenerateAnswer } from "../../../bench/peers/transformers-js/process.ts";

const tiny: LanguageShape["sizes"] = {
  ...{ hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2 },
  ...{ intermediate_size: 96, vocab_size: 160, max_position_embeddings: 128 },
};

describe("a language model for transformers.js", () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-transformers-js-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(["qwen2", "llama"] as const)("of %s's kind says as much as it is asked for, in a batch too", async (kind) => {
    await writeExport(join(folder, kind), { kind, sizes: tiny });
    const script = "bench/peers/transformers-js/process.ts";
    const lines = new JsonLines(process.execPath, ["--import", "tsx", script, join(folder, kind), "1"], {
      env: process.env,
      signal: AbortSignal.timeout(60_000),
    });
    expect(await lines.next()).toEqual({ version: expect.stringMatching(/^\d+\./) as string });
    for (const streams of [1, 3]) {
      const answer = await lines.ask<GenerateAnswer>({ streams, prompt: 7, tokens: 5 });
      expect(answer.promptSeconds).toBeGreaterThan(0);
      expect(answer.decodeSeconds).toBeGreaterThan(0);
    }
    await lines.end();
  });
});
