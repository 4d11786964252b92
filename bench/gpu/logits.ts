import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServedDtype } from "../../inference/index.ts";
import { openModel } from "../../inference/models/registry.ts";
import type { Target } from "../../inference/onnx/target.ts";
import { chooseTarget } from "../../inference/runtime/choose-target.ts";
import { loadTokenizer } from "../../inference/text/tokenizer.ts";
import { loadModel, MODEL } from "../follow.ts";
import { compare, DEMOS, follow, oneByOne, readPictures, type DtypeError, type Said } from "../golden-dtypes.ts";
import { titled } from "../report-parts.ts";
import { root } from "../server-process.ts";
import type { Cell } from "../table.ts";

const PICTURES = 4;
const HEADER = "checkpoint|in|error|the likeliest token the same";

interface Variant {
  readonly name: string;
  readonly dtype: ServedDtype;
  readonly target: Target;
}

/** Logits, or embeddings, of the bundled checkpoints on WebGPU beside the CPU's in float32, which chooses the tokens. */
export async function logits(): Promise<string> {
  const cache = await mkdtemp(join(tmpdir(), "triptych-gpu-weights-"));
  try {
    const variants = await variantsOf();
    const rows: Cell[][] = [];
    for (const name of DEMOS) rows.push(...(await measured(name, variants, cache)));
    return titled("Logits, or embeddings, beside the CPU's in float32", HEADER, rows);
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

async function variantsOf(): Promise<readonly Variant[]> {
  const { target, half } = await chooseTarget("webgpu", 1);
  const exact: Variant = { name: "float32", dtype: "float32", target };
  if ("missing" in half) return [exact];
  const halves = (["float32", "int8", "int4"] as const).map((dtype) => {
    return { name: dtype === "float32" ? "float16" : dtype, dtype, target: half };
  });
  return [exact, ...halves];
}

async function measured(name: string, variants: readonly Variant[], cache: string): Promise<Cell[][]> {
  const folder = join(root, "checkpoints", name);
  const programs = openModel(folder).programs(await loadTokenizer(folder), MODEL);
  const pictures = await readPictures(folder, PICTURES);
  const exact = await loadModel(folder, { dtype: "float32", cache });
  const said = await oneByOne(pictures, (picture) => follow(exact, programs, picture));
  return oneByOne(variants, async ({ name: variant, dtype, target }) => {
    const model = await loadModel(folder, { dtype, cache }, target);
    const found = await oneByOne(pictures, (picture, i) => follow(model, programs, picture, said[i]!.tokenIds));
    return [name, variant, ...shown(compare(rowsOf(found), rowsOf(said), said[0]!.tokenIds.length > 0))];
  });
}

function rowsOf(all: readonly Said[]): readonly Float32Array[] {
  return all.flatMap(({ rows }) => rows);
}

function shown({ error, agreement }: DtypeError): Cell[] {
  return [error.toExponential(1), agreement === undefined ? "–" : `${(100 * agreement).toFixed(1)} %`];
}
