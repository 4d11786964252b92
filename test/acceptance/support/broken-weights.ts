import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { headerLength, withHeader } from "../../inference/checkpoint/safetensors-writer.ts";
import {
  call,
  imported,
  pickle,
  stateDict,
  text,
  torchEntries,
  torchZip,
} from "../../inference/checkpoint/torch-writer.ts";
import { zip } from "../../inference/checkpoint/zip-writer.ts";
import {
  instead,
  remove,
  replace,
  rewrite,
  weights,
  type Breakage,
  type Header,
  type TensorEntry,
} from "./breakage.ts";

const bias = "vision_model.post_layernorm.bias";
const bin = "pytorch_model.bin";
const index = `${weights}.index.json`;
/** What a hostile pickle would leave in its folder. */
export const trace = "pwned";

/** Weight files that are broken, by the name of their folder. */
export const brokenWeights: Readonly<Record<string, Breakage>> = {
  "weights-cut-off": { damage: replace(weights, (bytes) => bytes.subarray(0, 200_000)), names: [weights] },
  "weights-empty": { damage: replace(weights, () => ""), names: [weights] },
  "weights-twice": { damage: replace(weights, (bytes) => Buffer.concat([bytes, bytes])), names: [weights] },
  "weights-a-folder": { damage: folderInstead, names: [weights] },
  "weights-missing": { damage: remove(weights), names: [weights, bin] },
  "header-endless": { damage: replace(weights, endlessHeader), names: [weights, "header"] },
  "header-not-json": { damage: replace(weights, () => withHeader("{not json")), names: [weights, "JSON"] },
  "header-a-list": { damage: replace(weights, () => withHeader([])), names: [weights] },
  "offsets-overlap": { damage: tensor(overlap), names: [weights] },
  "offsets-outside": { damage: tensor((entry) => (entry.data_offsets = [1e12, 1e12 + 128])), names: [weights, bias] },
  "dtype-unknown": { damage: tensor((entry) => (entry.dtype = "F7")), names: [weights, bias, "F7"] },
  "dtype-integer": { damage: tensor((entry) => (entry.dtype = "I32")), names: [weights, bias, "I32"] },
  "tensor-missing": { damage: tensor(rename), names: [weights, bias] },
  "tensor-extra": { damage: rewrite(addTensor), names: [weights, "surplus.weight"] },
  "tensor-misshapen": { damage: tensor((entry) => (entry.shape = [4, 8])), names: [weights, bias, "[4, 8]"] },
  "tensor-transposed": { damage: rewrite(transpose), names: [weights, "mlp.fc1.weight"] },
  "shard-missing": { damage: instead(index, () => shards("model-1.safetensors")), names: ["model-1.safetensors"] },
  "shard-outside": { damage: instead(index, () => shards("../../etc/passwd")), names: [index, "../../etc/passwd"] },
  "pickle-hostile": { damage: instead(bin, hostilePickle), names: [bin, "os.system"] },
  "pickle-cut-off": { damage: instead(bin, () => torchZip(Buffer.of(0x80, 2))), names: [bin] },
  "pickle-empty": { damage: instead(bin, () => torchZip(stateDict({}))), names: [bin] },
  "zip-compressed": { damage: instead(bin, compressedZip), names: [bin, "compress"] },
  "zip-none": { damage: instead(bin, () => "not a zip"), names: [bin, "zip"] },
};

/** Changes what the header says of one tensor. */
function tensor(change: (entry: TensorEntry, header: Header) => void): Breakage["damage"] {
  return rewrite((header) => {
    change(header[bias]!, header);
    return undefined;
  });
}

function folderInstead(folder: string): void {
  rmSync(join(folder, weights));
  mkdirSync(join(folder, weights));
}

function endlessHeader(bytes: Buffer): Buffer {
  return Buffer.concat([headerLength(2n ** 60n), bytes.subarray(8)]);
}

function overlap(entry: TensorEntry, header: Header): void {
  const [start, end] = entry.data_offsets;
  const elsewhere = Object.values(header).find((other) => other !== entry)!.data_offsets[0];
  entry.data_offsets = [elsewhere, elsewhere + end - start];
}

function rename(entry: TensorEntry, header: Header): void {
  header.renamed = entry;
  Reflect.deleteProperty(header, bias);
}

function addTensor(header: Header, data: Buffer): Buffer {
  header["surplus.weight"] = { dtype: "F32", shape: [2], data_offsets: [data.length, data.length + 8] };
  return Buffer.concat([data, Buffer.alloc(8)]);
}

function transpose(header: Header): undefined {
  const entry = header["vision_model.encoder.layers.0.mlp.fc1.weight"]!;
  entry.shape = entry.shape.toReversed();
}

function shards(file: string): string {
  return JSON.stringify({ metadata: {}, weight_map: { [bias]: file } });
}

/** A pickle that has whoever obeys it leave a trace. */
function hostilePickle(folder: string): Buffer {
  return torchZip(pickle(call(imported("os", "system"), text(`touch ${join(folder, trace)}`))));
}

/** A zip whose pickle is deflated, as zip tools write it and torch does not. */
function compressedZip(): Buffer {
  const [first, ...rest] = torchEntries(stateDict({}));
  const { name, data } = first!;
  return zip([{ name, data: deflateRawSync(data), method: 8, size: data.length }, ...rest]);
}
