import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomCheckpoint } from "../../checkpoint.ts";
import type { PictureFile } from "../../graphql.ts";
import { type MeasureOptions, serving } from "../../measure.ts";
import { makePictures } from "../../pictures.ts";
import { randomGguf } from "../gguf-file.ts";
import { languageGguf, type Quantisation } from "../gguf-model.ts";
import { visionGguf, type VisionQuantisation } from "../gguf-vision.ts";
import { llavaCheckpoint } from "../llava-checkpoint.ts";
import { type Answer, type ServedContender, STREAMS, TOKENS } from "./contender.ts";
import { withLlamaServer } from "./llama-server.ts";
import { secondsToFirst, tokensPerSecond } from "./rates.ts";
import type { LlavaShape } from "../llava-shapes.ts";
import { triptychServed } from "./triptych.ts";

export interface LlamaServerPeersOptions extends MeasureOptions {
  /** llama-server itself. */
  readonly command: string;
  readonly rounds: number;
  /** Of llama-server; ours has its own. */
  readonly threads: number;
}

export interface ServedRates {
  readonly name: string;
  /** Tokens a second. */
  readonly alone: number;
  readonly together: number;
  /** Seconds to the first token about a new picture. */
  readonly first: number;
}

/** One LLaVA in ours, first, and in llama-server. */
export interface ServedComparison {
  readonly title: string;
  readonly rates: readonly ServedRates[];
}

/** Room for all the conversations at once, and for keeping them: llama-server's slots take a gigabyte. */
const KV_CACHE = String(3 * 2 ** 30);

/** What llama.cpp's users pick from: the quickest of both files, and the usual ones. */
const theirs = [
  { language: "Q4_0", vision: "Q8_0" },
  { language: "Q4_K_M", vision: "F16" },
] as const satisfies readonly { readonly language: Quantisation; readonly vision: VisionQuantisation }[];

/** Asks a LLaVA as npm start serves it, and as llama-server does, by turns. All are up at once. */
export async function compareServed(shape: LlavaShape, options: LlamaServerPeersOptions): Promise<ServedComparison> {
  const { title } = shape;
  options.progress(`${title}: making and loading the models`);
  return withContenders(shape, options, async (contenders) => {
    const pictures = await makePictures(1, STREAMS);
    const rates = contenders.map(({ name }): ServedRates => ({ name, alone: 0, together: 0, first: Infinity }));
    for (const contender of contenders) await prepare(contender, pictures);
    for (let round = 0; round < options.rounds; round++) {
      const [unseen] = (await makePictures(1000 + round, 1)) as [PictureFile];
      for (const [i, contender] of contenders.entries()) {
        const measured = await measureRates(contender, pictures, unseen);
        rates[i] = better(rates[i]!, measured);
        options.progress(`round ${round + 1} of ${options.rounds}: ${JSON.stringify(measured)}`);
      }
    }
    return { title, rates };
  });
}

async function withContenders<T>(
  shape: LlavaShape,
  options: LlamaServerPeersOptions,
  use: (contenders: readonly ServedContender[]) => Promise<T>,
): Promise<T> {
  const { command } = options;
  if (!existsSync(command)) throw new Error(`There is no llama-server at ${command}.`);
  const folder = await randomCheckpoint(llavaCheckpoint(shape), options.signal);
  const cache = join(tmpdir(), "triptych-bench", "weights");
  await mkdir(cache, { recursive: true });
  const flags = ["--dtype", "int4", "--weight-cache", cache, "--kv-cache", KV_CACHE];
  return serving({ title: shape.title, folder, flags }, options, async ({ graph }) => {
    const [first, second] = await Promise.all(theirs.map((files) => serverOptions(shape, files, options)));
    return withLlamaServer(first!, (one) =>
      withLlamaServer(second!, (other) => use([triptychServed(graph), one, other])),
    );
  });
}

async function serverOptions(
  shape: LlavaShape,
  { language, vision }: (typeof theirs)[number],
  options: LlamaServerPeersOptions,
) {
  return {
    ...options,
    name: `llama-server, ${language}, tower ${vision}`,
    model: await randomGguf(languageGguf(shape, language)),
    vision: await randomGguf(visionGguf(shape.vision, shape.sizes.hidden_size, vision)),
  };
}

/** Their rows are computed once, so that a later answer is decoding alone. */
async function prepare(contender: ServedContender, pictures: readonly PictureFile[]): Promise<void> {
  for (const [client, picture] of pictures.entries()) await contender.answer({ client, picture }, 2);
  await together(contender, pictures);
}

function together(contender: ServedContender, pictures: readonly PictureFile[]): Promise<Answer[]> {
  return Promise.all(pictures.map((picture, client) => contender.answer({ client, picture }, TOKENS)));
}

async function measureRates(
  contender: ServedContender,
  pictures: readonly PictureFile[],
  unseen: PictureFile,
): Promise<ServedRates> {
  const alone = tokensPerSecond(await together(contender, pictures.slice(0, 1)));
  const rate = tokensPerSecond(await together(contender, pictures));
  const first = secondsToFirst(await contender.answer({ client: STREAMS, picture: unseen }, 2));
  return { name: contender.name, alone, together: rate, first };
}

function better(a: ServedRates, b: ServedRates): ServedRates {
  const most = (rate: "alone" | "together"): number => Math.max(a[rate], b[rate]);
  return { name: a.name, alone: most("alone"), together: most("together"), first: Math.min(a.first, b.first) };
}
