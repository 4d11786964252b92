import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openModel, aboutCheckpoint } from "../../../inference/models/registry.ts";
import { folderWith } from "../checkpoint/folder.ts";
import { refusal } from "../checkpoint/refusal.ts";
import { float32 } from "../checkpoint/safetensors-writer.ts";
import { changed, without, type Change, type Tensors } from "./changed.ts";
import { GOLDEN } from "./blip/golden.ts";

const blip = (name: string, change: Change) => changed(join(GOLDEN, name), change);

describe("opening a model", () => {
  it.each([
    ["captioning-base", ["CAPTION"]],
    ["captioning-base-bin", ["CAPTION"]],
    ["captioning-base-sharded", ["CAPTION"]],
    ["captioning-large", ["CAPTION"]],
    ["vqa-base", ["VQA"]],
    ["retrieval-base", ["MATCH", "EMBED"]],
    ["retrieval-base-bin", ["MATCH", "EMBED"]],
    ["retrieval-large", ["MATCH", "EMBED"]],
  ])("%s uses every tensor of the checkpoint", async (name, tasks) => {
    const model = openModel(join(GOLDEN, name));
    expect(model.networks().encoders.map((encoder) => encoder.name)).toContain("vision");
    expect(await model.info()).toMatchObject({ family: "BLIP", tasks, dtype: "float32", licence: undefined });
  });

  it.each([
    ["license: bsd-3-clause", "bsd-3-clause"],
    ["license: other\nlicense_name: tongyi-qianwen-research", "tongyi-qianwen-research"],
    ["license: other", "other"],
  ])("reads the licence from the model card: %j", async (lines, licence) => {
    const folder = folderWith({
      ...Object.fromEntries(
        ["config.json", "preprocessor_config.json", "model.safetensors"].map((name) => [
          name,
          readFileSync(join(GOLDEN, "vqa-base", name)),
        ]),
      ),
      "README.md": `---\ntags:\n- vqa\n${lines}\n---\n# Card\nlicense: none\n`,
    });
    expect((await openModel(folder).info()).licence).toBe(licence);
    expect(aboutCheckpoint(folder)).toMatchObject({ family: "BLIP", tasks: ["VQA"], licence });
  });

  it.each([
    [["LlamaForCausalLM"], "found LlamaForCausalLM"],
    [[], "found nothing"],
  ])("refuses architectures %j and names those it has", (architectures, found) => {
    const message = refusal(() => openModel(blip("vqa-base", { config: { architectures } })));
    expect(message).toContain("expected one of BlipForConditionalGeneration, BlipForQuestionAnswering");
    expect(message).toContain(found);
  });

  it("refuses a class whose head the checkpoint lacks", () => {
    const config = { architectures: ["BlipForImageTextRetrieval"] };
    const folder = blip("captioning-base", { config });
    expect(refusal(() => openModel(folder).networks())).toContain('tensor "text_encoder.');
  });
});

describe("a checkpoint that does not fit", () => {
  const networks = (tensors: (tensors: Tensors) => Tensors) => () =>
    openModel(blip("captioning-base", { tensors })).networks();

  it.each([
    "vision_model.encoder.layers.2.mlp.fc1.bias",
    "vision_model.post_layernorm.weight",
    "text_decoder.bert.encoder.layer.1.crossattention.self.key.weight",
    "text_decoder.cls.predictions.bias",
  ])("is refused for the missing %s", (name) => {
    expect(refusal(networks((tensors) => without(tensors, name)))).toContain(
      `tensor "${name}": is not in the checkpoint`,
    );
  });

  it("is refused for a tensor that no network has a place for", () => {
    const message = refusal(networks((tensors) => ({ ...tensors, "vision_model.extra.bias": float32(1) })));
    expect(message).toContain('holds 1 tensors that the model has no place for: "vision_model.extra.bias"');
  });

  it("is refused for a layer more than the config says", () => {
    const layer = (name: string) => name.replace("layers.2", "layers.3");
    const twice = (tensors: Tensors) => ({
      ...tensors,
      ...Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [layer(name), tensor])),
    });
    expect(refusal(networks(twice))).toContain("vision_model.encoder.layers.3.");
  });

  it("is refused for a weight of another shape, by the layer it stands in", () => {
    const name = "vision_model.encoder.layers.1.mlp.fc2.weight";
    const misshapen = (tensors: Tensors) => ({ ...tensors, [name]: { ...tensors[name]!, shape: [64, 32] } });
    expect(networks(misshapen)).toThrow(
      /mlp.fc1.bias\/.*\[batch × 37, 64\] × transposed .*layers.1.mlp.fc2.weight\[64, 32\]/,
    );
  });

  it("is refused for a vocabulary of another size than the config's", () => {
    const name = "text_decoder.cls.predictions.bias";
    const misshapen = (tensors: Tensors) => ({ ...tensors, [name]: float32(...Array<number>(300).fill(0)) });
    expect(refusal(networks(misshapen))).toContain(`tensor "${name}": has shape [300] where the model expects [317]`);
  });

  it("may hold the tied matrix and legacy buffers, or not", () => {
    const tied = (tensors: Tensors) => ({
      ...tensors,
      "text_decoder.cls.predictions.decoder.weight": tensors["text_decoder.bert.embeddings.word_embeddings.weight"]!,
      "text_decoder.cls.predictions.decoder.bias": tensors["text_decoder.cls.predictions.bias"]!,
      "text_decoder.bert.embeddings.position_ids": { dtype: "I64", shape: [1, 1], data: new Uint8Array(8) },
    });
    expect(networks(tied)).not.toThrow();
  });
});
