import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openCheckpoint } from "../../../../inference/checkpoint/checkpoint.ts";
import { readBytes } from "../../../../inference/checkpoint/read-tensor.ts";
import { folderWith } from "../../checkpoint/folder.ts";
import { safetensors, type TensorToWrite } from "../../checkpoint/safetensors-writer.ts";
import { LLAVA } from "./golden.ts";

export type Tensors = Readonly<Record<string, TensorToWrite>>;
type Json = Readonly<Record<string, unknown>>;

interface Change {
  readonly tensors?: (tensors: Tensors) => Tensors;
  /** What to put into JSON files, in place of what is there; `undefined` takes a key out. */
  readonly json?: Readonly<Record<string, (json: Json) => Json>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly without?: readonly string[];
}

/** A copy of a golden checkpoint with something changed. */
export function changed(name: string, { tensors, json = {}, files = {}, without = [] }: Change): string {
  const folder = join(LLAVA, name);
  const kept = readdirSync(folder).filter((file) => !without.includes(file));
  const copied = Object.fromEntries(kept.map((file) => [file, readFileSync(join(folder, file))]));
  const edited = Object.entries(json).map(([file, edit]) => {
    return [file, JSON.stringify(edit(JSON.parse(copied[file]!.toString()) as Json))] as const;
  });
  const weights = tensors ? { "model.safetensors": safetensors(tensors(tensorsOf(folder))) } : {};
  return folderWith({ ...copied, ...Object.fromEntries(edited), ...files, ...weights });
}

function tensorsOf(folder: string): Tensors {
  const stored = [...openCheckpoint(folder).tensors.values()];
  return Object.fromEntries(
    stored.map((ref) => [ref.name, { dtype: ref.dtype, shape: ref.shape, data: readBytes(ref) }]),
  );
}
