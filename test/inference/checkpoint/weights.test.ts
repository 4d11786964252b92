import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CheckpointError } from "../../../inference/checkpoint/checkpoint-error.ts";
import { openCheckpoint } from "../../../inference/checkpoint/checkpoint.ts";
import { folderWith } from "./folder.ts";
import { float32, safetensors } from "./safetensors-writer.ts";

const names = [
  "vision_model.encoder.layers.0.mlp.fc1.weight",
  "vision_model.encoder.layers.0.mlp.fc1.bias",
  "vision_model.encoder.layers.1.mlp.fc1.weight",
  "text_decoder.bert.embeddings.word_embeddings.weight",
  "text_decoder.bert.embeddings.position_ids",
];

function open() {
  const tensors = Object.fromEntries(names.map((name) => [name, float32(1, 2, 3)]));
  const folder = folderWith({ "model.safetensors": safetensors(tensors) });
  return { checkpoint: openCheckpoint(folder), file: join(folder, "model.safetensors") };
}

describe("weights", () => {
  it("descend by the checkpoint's own names", () => {
    const { weights } = open().checkpoint;
    const layer = weights.at("vision_model").at("encoder.layers", 0);
    expect(layer.prefix).toBe("vision_model.encoder.layers.0");
    expect(layer.at("mlp").at("fc1").tensor("weight").name).toBe(names[0]);
    expect(weights.at("vision_model", "encoder.layers", 1, "mlp").tensor("fc1.weight", [3]).name).toBe(names[2]);
    expect(weights.tensor(names[0]!).shape).toEqual([3]);
  });

  it("tell whether a tensor is there, without asking for it", () => {
    const { checkpoint } = open();
    const layers = checkpoint.weights.at("vision_model.encoder.layers");
    expect(layers.at(0).at("mlp.fc1").has("bias")).toBe(true);
    expect(layers.at(1).at("mlp.fc1").has("bias")).toBe(false);
    expect(checkpoint.unused()).toContain(names[1]);
  });

  it("give an optional tensor or undefined", () => {
    const fc1 = open().checkpoint.weights.at("vision_model.encoder.layers", 0, "mlp.fc1");
    expect(fc1.optional("bias", [3])?.name).toBe(names[1]);
    expect(fc1.optional("scale")).toBeUndefined();
  });

  it("name a missing tensor in full, the file, and the nearest names, the best first", () => {
    const { checkpoint, file } = open();
    const layer = checkpoint.weights.at("vision_model.encoder.layers", 0);
    expect(() => layer.tensor("mpl.fc1.weight")).toThrow(CheckpointError);
    expect(() => layer.tensor("mpl.fc1.weight")).toThrow(
      `${file}: tensor "vision_model.encoder.layers.0.mpl.fc1.weight": is not in the checkpoint; ` +
        `the nearest names are "${names[0]!}", "${names[2]!}", "${names[1]!}"`,
    );
  });

  it("find the right tail below another prefix", () => {
    const { weights } = open().checkpoint;
    expect(() => weights.at("text_encoder").tensor("embeddings.word_embeddings.weight")).toThrow(
      /nearest names are "text_decoder\.bert\.embeddings\.word_embeddings\.weight"/,
    );
  });

  it("offer no names where none is near", () => {
    expect(() => open().checkpoint.weights.tensor("logit_scale")).toThrow(/is not in the checkpoint$/);
  });

  it.each([[[4]], [[3, 1]], [[1, 3]], [[]]])("refuse a tensor of shape [3] where %j is expected", (shape) => {
    const { checkpoint, file } = open();
    const expected = `has shape [3] where the model expects [${shape.join(", ")}]`;
    expect(() => checkpoint.weights.tensor(names[0]!, shape)).toThrow(`${file}: tensor "${names[0]!}": ${expected}`);
    expect(() => checkpoint.weights.optional(names[0]!, shape)).toThrow(expected);
  });

  it("add up what all networks of a checkpoint ask for", () => {
    const { checkpoint } = open();
    for (const i of [0, 1]) {
      const fc1 = checkpoint.weights.at("vision_model.encoder.layers", i, "mlp.fc1");
      fc1.tensor("weight");
      fc1.optional("bias");
    }
    expect(checkpoint.unused()).toEqual([names[3]]);
    checkpoint.weights.at("text_decoder.bert.embeddings").tensor("word_embeddings.weight");
    expect(() => checkpoint.assertAllUsed()).not.toThrow();
  });

  it("list the tensors that nobody asked for, but those to be ignored", () => {
    const { checkpoint, file } = open();
    for (const name of names.slice(0, 3)) checkpoint.weights.tensor(name);
    expect(() => checkpoint.assertAllUsed()).toThrow(
      `${file}: holds 1 tensors that the model has no place for: "${names[3]!}"`,
    );
    expect(() => checkpoint.assertAllUsed([])).toThrow(/holds 2 tensors.*position_ids/);
    expect(() => checkpoint.assertAllUsed([/^text_decoder\./g])).not.toThrow();
    expect(() => checkpoint.assertAllUsed([/^text_decoder\./g])).not.toThrow();
  });
});
