import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openModel } from "../../../../inference/models/registry.ts";
import { openEncoder } from "../../../../inference/runtime/open-encoder.ts";
import { loadTokenizer } from "../../../../inference/text/tokenizer.ts";
import { refusal } from "../../checkpoint/refusal.ts";
import { float32, type TensorToWrite } from "../../checkpoint/safetensors-writer.ts";
import { expectClose } from "../blip/golden.ts";
import { changed, section, without, type Tensors } from "../changed.ts";
import { BLIP2, openBlip2Golden, pixelsName } from "./golden.ts";

const folders = { opt: join(BLIP2, "opt"), t5: join(BLIP2, "t5"), itm: join(BLIP2, "itm") };
type Name = keyof typeof folders;

const opened = (name: Name, tensors: (tensors: Tensors) => Tensors) => () =>
  openModel(changed(folders[name], { tensors })).networks();

const configured = (name: Name, part: string, change: Record<string, unknown>) => () =>
  openModel(changed(folders[name], { config: section(folders[name], part, change) })).networks();

const QKV = "vision_model.encoder.layers.1.self_attn.qkv.bias";
const WORDS = "language_model.shared.weight";

describe("a BLIP-2 checkpoint", () => {
  it.each([
    ["opt", ["CAPTION", "VQA", "CHAT"], "float32"],
    ["opt-float16-sharded", ["CAPTION", "VQA", "CHAT"], "float16"],
    ["opt-bfloat16-bin", ["CAPTION", "VQA", "CHAT"], "bfloat16"],
    ["t5", ["CAPTION", "VQA", "CHAT"], "bfloat16"],
    ["itm", ["MATCH", "EMBED"], "float32"],
  ])("%s uses every tensor", async (name, tasks, dtype) => {
    const model = openModel(join(BLIP2, name));
    expect(model.networks().encoders[0]!.name).toBe("vision");
    expect(await model.info()).toMatchObject({ family: "BLIP2", tasks, dtype });
  });

  it("may hold the words by every name they ever had, or by another alone", () => {
    const alias = "language_model.encoder.embed_tokens.weight";
    const both = (tensors: Tensors) => ({ ...tensors, [alias]: tensors[WORDS]! });
    expect(opened("t5", both)).not.toThrow();
    expect(opened("t5", (tensors) => without(both(tensors), WORDS))).not.toThrow();
  });

  it("may hold OPT's head as its own, and buffers that are computed today", () => {
    const more = (tensors: Tensors): Tensors => ({
      ...tensors,
      "language_model.lm_head.weight": tensors["language_model.model.decoder.embed_tokens.weight"]!,
      "qformer.embeddings.position_ids": { dtype: "I64", shape: [1, 1], data: new Uint8Array(8) },
    });
    expect(opened("opt", more)).not.toThrow();
  });

  it("sees the same with the biases of queries and values alone, as LAVIS stores them", async () => {
    const apart = (tensors: Tensors): Tensors => {
      const whole = new Float32Array(Uint8Array.from(tensors[QKV]!.data).buffer);
      const place = QKV.replace("qkv.bias", "");
      const [q, v] = [whole.subarray(0, 32), whole.subarray(64)];
      return { ...without(tensors, QKV), [`${place}q_bias`]: float32(...q), [`${place}v_bias`]: float32(...v) };
    };
    const noKeyBias = (tensors: Tensors): Tensors => ({ ...tensors, [QKV]: withoutKeys(tensors[QKV]!) });
    expectClose(await prefix(opened("opt", apart)), await prefix(opened("opt", noKeyBias)), 1e-6);
  });
});

describe("a BLIP-2 checkpoint that does not fit", () => {
  it.each([
    ["opt", "query_tokens"],
    ["opt", "qformer.encoder.layer.2.crossattention.attention.key.weight"],
    ["opt", "language_projection.bias"],
    ["opt", "language_model.model.decoder.layers.1.fc2.bias"],
    ["opt", "language_model.model.decoder.final_layer_norm.weight"],
    ["opt", QKV],
    ["t5", "language_model.encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"],
    ["t5", "language_model.decoder.block.1.layer.1.EncDecAttention.v.weight"],
    ["t5", WORDS],
    ["itm", "qformer.encoder.layer.3.intermediate.dense.weight"],
    ["itm", "itm_head.bias"],
  ] as const)("of %s is refused for the missing %s", (name, tensor) => {
    const message = refusal(opened(name, (tensors) => without(tensors, tensor)));
    expect(message).toContain(`tensor "${tensor}": is not in the checkpoint`);
  });

  it.each([
    ["opt", "language_model.model.decoder.project_in.weight"],
    ["opt", "qformer.encoder.layer.1.crossattention.attention.query.bias"],
    ["t5", "language_model.decoder.block.1.layer.0.SelfAttention.relative_attention_bias.weight"],
    ["itm", "language_projection.weight"],
  ] as const)("of %s is refused for %s, which no network has a place for", (name, tensor) => {
    const message = refusal(opened(name, (tensors) => ({ ...tensors, [tensor]: float32(1) })));
    expect(message).toContain(`holds 1 tensors that the model has no place for: "${tensor}"`);
  });

  it.each([
    ["opt", "query_tokens", [1, 6, 20]],
    ["opt", "language_projection.weight", [24, 48]],
    ["opt", "language_model.model.decoder.embed_positions.weight", [65, 96]],
    ["t5", "language_model.decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", [16, 8]],
    ["t5", "language_model.lm_head.weight", [40, 185]],
    ["itm", "text_projection.weight", [24, 20]],
  ] as const)("of %s is refused for %s in another shape", (name, tensor, shape) => {
    const misshapen = (tensors: Tensors) => ({ ...tensors, [tensor]: { ...tensors[tensor]!, shape } });
    expect(refusal(opened(name, misshapen))).toContain(tensor);
  });

  it.each([
    ["opt", "text_config", { activation_function: "gelu" }, "activation_function"],
    ["opt", "text_config", { do_layer_norm_before: false }, "do_layer_norm_before"],
    ["opt", "text_config", { _remove_final_layer_norm: true }, "_remove_final_layer_norm"],
    ["opt", "text_config", { word_embed_proj_dim: 24 }, "word_embed_proj_dim"],
    ["opt", "text_config", { model_type: "llama" }, "model_type"],
    ["opt", "text_config", { num_attention_heads: 5 }, "num_attention_heads"],
    ["opt", "vision_config", { hidden_act: "quick_gelu" }, "hidden_act"],
    ["opt", "vision_config", { qkv_bias: false }, "qkv_bias"],
    ["opt", "qformer_config", { hidden_act: "relu" }, "hidden_act"],
    ["t5", "text_config", { feed_forward_proj: "relu" }, "feed_forward_proj"],
    ["t5", "text_config", { dense_act_fn: "silu" }, "dense_act_fn"],
    ["t5", "text_config", { eos_token_id: 100_000 }, "eos_token_id"],
    ["t5", "text_config", { relative_attention_num_buckets: 1 }, "relative_attention_num_buckets"],
  ] as const)("of %s is refused for %s %j", (name, part, change, key) => {
    const message = refusal(configured(name, part, change));
    expect(message).toContain("config.json");
    expect(message).toContain(key);
  });

  it("is refused for a tokenizer with more tokens than words", async () => {
    const folder = changed(folders.opt, { config: section(folders.opt, "text_config", { vocab_size: 300 }) });
    const tokenizer = await loadTokenizer(folder);
    const config = refusal(() => openModel(folder).programs(tokenizer, "opt"));
    expect(config).toMatch(/image_token_index|vocab_size: expected at least 331/);
  });

  describe("for retrieval, whose tokenizer has <image> behind the words", () => {
    const folderOf = (config: Record<string, unknown>) => {
      const folder = changed(folders.itm, { config });
      const path = join(folder, "tokenizer.json");
      const json = JSON.parse(readFileSync(path, "utf8")) as { added_tokens: object[] };
      json.added_tokens.push({ id: 317, content: "<image>", special: true, normalized: false });
      writeFileSync(path, JSON.stringify(json));
      return folder;
    };

    it("reads texts, and refuses the one that it has no row for", async () => {
      const folder = folderOf({ image_token_index: 317 });
      const programs = openModel(folder).programs(await loadTokenizer(folder), "itm");
      expect(programs.embedText!("a dog").program.calls[0]!.key).toBe("4,44,160,5");
      const refused = expect.objectContaining({ code: "BAD_USER_INPUT" }) as Error;
      expect(() => programs.embedText!("an <image>")).toThrow(refused);
    });

    it("is refused where config.json does not say that it is one", async () => {
      const folder = folderOf({ image_token_index: null });
      const tokenizer = await loadTokenizer(folder);
      expect(refusal(() => openModel(folder).programs(tokenizer, "itm"))).toContain("qformer_config.vocab_size");
    });
  });

  it("says of config.json what it lacks", () => {
    const config = JSON.parse(readFileSync(join(folders.itm, "config.json"), "utf8")) as Record<string, unknown>;
    expect(Object.keys(config)).not.toContain("text_config");
    const architectures = ["Blip2ForConditionalGeneration"];
    expect(refusal(() => openModel(changed(folders.itm, { config: { architectures } })))).toContain("text_config");
  });
});

async function prefix(networks: () => ReturnType<ReturnType<typeof openModel>["networks"]>) {
  const [vision] = networks().encoders;
  const session = await openEncoder(vision!, { threads: 1 });
  return (await session.run({ pixel_values: openBlip2Golden("opt").pixels(pixelsName("wide.png")) })).prefix!;
}

/** The middle third of a fused bias [3 × width] set to zero. */
function withoutKeys({ data, ...tensor }: TensorToWrite): TensorToWrite {
  const bytes = Uint8Array.from(data);
  return { ...tensor, data: bytes.fill(0, bytes.length / 3, (2 * bytes.length) / 3) };
}
