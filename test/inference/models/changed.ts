import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { openCheckpoint } from "../../../inference/checkpoint/checkpoint.ts";
import { readBytes } from "../../../inference/checkpoint/read-tensor.ts";
import { folderWith } from "../checkpoint/folder.ts";
import { safetensors, type TensorToWrite } from "../checkpoint/safetensors-writer.ts";

export type Tensors = Readonly<Record<string, TensorToWrite>>;

export interface Change {
  readonly tensors?: (tensors: Tensors) => Tensors;
  readonly config?: Record<string, unknown>;
}

/** A copy of a golden checkpoint, its tensors or keys of its config changed. */
export function changed(folder: string, change: Change): string {
  const stored = [...openCheckpoint(folder).tensors.values()];
  const tensors = Object.fromEntries(
    stored.map((ref) => [ref.name, { dtype: ref.dtype, shape: ref.shape, data: readBytes(ref) }]),
  );
  const config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8")) as Record<string, unknown>;
  const others = ["preprocessor_config.json", "tokenizer.json"].filter((name) => existsSync(join(folder, name)));
  return folderWith({
    "model.safetensors": safetensors(change.tensors?.(tensors) ?? tensors),
    "config.json": JSON.stringify({ ...config, ...change.config }),
    ...Object.fromEntries(others.map((name) => [name, readFileSync(join(folder, name))])),
  });
}

/** The section of a golden's config.json with some keys changed. */
export function section(folder: string, name: string, change: Record<string, unknown>): Record<string, unknown> {
  const config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8")) as Record<string, object>;
  return { [name]: { ...config[name], ...change } };
}

export function without(tensors: Tensors, name: string): Tensors {
  expect(tensors).toHaveProperty([name]);
  return Object.fromEntries(Object.entries(tensors).filter(([key]) => key !== name));
}
