import { readdir, readFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SampleDecoding } from "../inference/generation/sample-decoding.ts";
import { decodeImage } from "../inference/image/decode.ts";
import { viewsOf } from "../inference/image/views.ts";
import { MASKED } from "../inference/layers/attention.ts";
import type { Picture, Programs } from "../inference/models/model.ts";
import { openModel } from "../inference/models/registry.ts";
import type { DecodeSpec, Program } from "../inference/scheduling/program.ts";
import type { Decoding } from "../inference/scheduling/sequence.ts";
import { loadTokenizer } from "../inference/text/tokenizer.ts";
import { Following, loadModel, MODEL, runProgram, type LoadedModel } from "./follow.ts";
import { root } from "./server-process.ts";

/** The tiny checkpoints of random weights that stand for every class and language model. */
export const GOLDENS = [
  "blip/captioning-base",
  "blip/captioning-large",
  "blip/vqa-base",
  "blip/retrieval-base",
  "blip/retrieval-large",
  "blip-2/opt",
  "blip-2/t5",
  "blip-2/itm",
  "llava/clip-llama",
  "llava/siglip-qwen2",
  "llava/next-mistral",
] as const;

/** The bundled checkpoints, which are trained. */
export const DEMOS = [
  "demo-blip-caption",
  "demo-blip-vqa",
  "demo-blip-retrieval",
  "demo-blip2-opt",
  "demo-blip2-itm",
  "demo-llava",
] as const;

export const QUANTISED = ["int8", "int4"] as const;

/** How far a checkpoint is from itself in float32. */
export interface GoldenError {
  readonly what: string;
  readonly errors: Readonly<Record<(typeof QUANTISED)[number], DtypeError>>;
}

export interface DtypeError {
  /** Of logits, or where nothing is generated of embeddings: the length of the difference over that of float32's. */
  readonly error: number;
  /** Share of the places at which the likeliest token is the same, 0 … 1; undefined where nothing is generated. */
  readonly agreement: number | undefined;
}

/** Chosen by float32, and followed in every dtype. */
const TOKENS = 16;
const TEXT = "a cat above a red car";

/** Measures checkpoints of GOLDENS or DEMOS on so many of the examples' pictures. */
export async function measureGoldens(names: readonly string[], numPictures: number): Promise<GoldenError[]> {
  const cache = await mkdtemp(join(tmpdir(), "triptych-golden-weights-"));
  try {
    const errors: GoldenError[] = [];
    for (const name of names) errors.push(await measureGolden(name, { cache, numPictures }));
    return errors;
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

async function measureGolden(
  name: string,
  { cache, numPictures }: { readonly cache: string; readonly numPictures: number },
): Promise<GoldenError> {
  const folder = join(root, name.startsWith("demo-") ? "checkpoints" : "test/golden", name);
  const programs = openModel(folder).programs(await loadTokenizer(folder), MODEL);
  const pictures = await readPictures(folder, numPictures);
  const exact = await loadModel(folder, { dtype: "float32", cache });
  const said = await oneByOne(pictures, (picture) => follow(exact, programs, picture));
  const errorIn = async (dtype: (typeof QUANTISED)[number]): Promise<DtypeError> => {
    const model = await loadModel(folder, { dtype, cache });
    const found = await oneByOne(pictures, (picture, i) => follow(model, programs, picture, said[i]!.tokenIds));
    return compare(
      found.flatMap(({ rows }) => rows),
      said.flatMap(({ rows }) => rows),
      said[0]!.tokenIds.length > 0,
    );
  };
  return { what: name, errors: { int8: await errorIn("int8"), int4: await errorIn("int4") } };
}

/** What a model says of a picture: numbers in rows, and the tokens that were followed; of what generates none, none. */
export interface Said {
  readonly rows: readonly Float32Array[];
  readonly tokenIds: readonly number[];
}

/** What a model says of a picture: its own tokens, or those that are given. */
export async function follow(
  model: LoadedModel,
  programs: Programs,
  picture: Picture,
  given?: readonly number[],
): Promise<Said> {
  const prepared =
    programs.caption?.(picture, undefined, {}) ?? programs.answer?.(picture, "what is this?", undefined, {});
  if (prepared === undefined) return { rows: await scores(model, programs, picture), tokenIds: [] };
  const tokenIds = given ?? (await greedily(model, prepared.program));
  const followed: Following[] = [];
  await runProgram(model, prepared.program, (spec) => {
    followed.push(new Following(spec, tokenIds));
    return followed[0]!;
  });
  return { rows: followed[0]!.logits, tokenIds };
}

/** The model's own tokens, none of them an end. */
async function greedily(model: LoadedModel, program: Program): Promise<readonly number[]> {
  const strategy = {
    kind: "sample",
    sampling: { kind: "greedy" },
    minTokens: TOKENS,
    maxTokens: TOKENS,
    repetitionPenalty: 1,
  } as const;
  const start = (spec: DecodeSpec): Decoding => new SampleDecoding({ ...spec, strategy }, strategy);
  const { generation } = await runProgram(model, program, start);
  return generation!.tokenIds;
}

/** The embedding of a picture and of a text. */
async function scores(model: LoadedModel, programs: Programs, picture: Picture): Promise<Float32Array[]> {
  const embeddings = [programs.embedImage!(picture), programs.embedText!(TEXT)];
  return oneByOne(embeddings, async ({ program, finish }) => {
    return finish(await runProgram(model, program, noDecoding)).values;
  });
}

/** A model's memory is one program's at a time. */
export async function oneByOne<T, R>(items: readonly T[], work: (item: T, i: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const [i, item] of items.entries()) results.push(await work(item, i));
  return results;
}

function noDecoding(): never {
  throw new Error("an embedding decodes nothing");
}

/** The first of the examples' pictures, as the checkpoint sees them. */
export async function readPictures(folder: string, count: number): Promise<readonly Picture[]> {
  const { preprocessing } = openModel(folder);
  const examples = join(root, "examples");
  const names = (await readdir(examples)).filter((name) => name.endsWith(".png")).sort();
  return Promise.all(
    names.slice(0, count).map(async (name) => {
      const image = await decodeImage(await readFile(join(examples, name)));
      return { sha256: name, width: image.width, height: image.height, views: await viewsOf(image, preprocessing) };
    }),
  );
}

/** How far what was found is from what is exact. */
export function compare(
  found: readonly Float32Array[],
  exact: readonly Float32Array[],
  isGenerated: boolean,
): DtypeError {
  const squares = (values: Float32Array, than?: Float32Array): number =>
    values.reduce((sum, value, i) => (value < MASKED / 2 ? sum : sum + (value - (than?.[i] ?? 0)) ** 2), 0);
  const difference = exact.reduce((sum, row, i) => sum + squares(row, found[i]), 0);
  const length = exact.reduce((sum, row) => sum + squares(row), 0);
  const same = exact.filter((row, i) => likeliest(row) === likeliest(found[i]!)).length;
  return { error: Math.sqrt(difference / length), agreement: isGenerated ? same / exact.length : undefined };
}

function likeliest(logits: Float32Array): number {
  return logits.indexOf(Math.max(...logits));
}
