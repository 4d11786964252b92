import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import {
  InferenceError,
  type ImageSource,
  type IndexApplyTask,
  type IndexSearchResult,
  type IndexSearchTask,
  type Inference,
  type MatchResult,
  type ModelInfo,
  type ResultOf,
  type SchedulerView,
  type SubmitOptions,
  type Task,
  type Timing,
} from "../../inference/index.ts";

const length = 16;
const timing: Timing = {
  totalMs: 0,
  queueMs: 0,
  preprocessMs: 0,
  encodeMs: 0,
  decodeMs: 0,
  encodeBatch: 1,
  decodeBatch: 0,
  imageCacheHit: false,
};

/** A retrieval model that is loaded. */
export function model(name: string, changes: Partial<ModelInfo> = {}): ModelInfo {
  return {
    name,
    family: "BLIP",
    tasks: ["MATCH", "EMBED"],
    state: "READY",
    device: "cpu:0",
    dtype: "float32",
    parameters: 1,
    digest: createHash("sha256").update(name).digest("hex"),
    preprocessing: "squash-384",
    licence: undefined,
    ...changes,
  };
}

/** An image file of the fake world: `picture:` and the words that can be seen in it. */
export function picture(words: string): Uint8Array {
  return Buffer.from(`picture:${words}`);
}

/** A copy of a picture in the fake world, as whole as any WebP file. */
export function webp(words: string): Uint8Array {
  const bytes = Buffer.from(`RIFF....WEBP${words}`);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  return bytes;
}

/** What the words of a text or of a picture mean: the normalised sum of a fixed random vector for each, [16]. */
export function meaning(words: string): Float32Array {
  const sum = new Float32Array(length);
  for (const word of words.split(" ")) vectorOfWord(word).forEach((value, i) => (sum[i]! += value));
  const norm = Math.hypot(...sum);
  return sum.map((value) => value / norm);
}

/** How many vectors the fake BLIP-2 makes of a picture. */
const numGlances = 4;

/** What each word of a picture means, the words over and over, [4, 16]. */
function glances(words: string): Float32Array {
  const each = words.split(" ");
  return Float32Array.from(Array.from({ length: numGlances }, (_, i) => [...meaning(each[i % each.length]!)]).flat());
}

function vectorOfWord(word: string): readonly number[] {
  const bytes = createHash("sha256").update(word).digest();
  return Array.from({ length }, (_, i) => bytes.readInt16LE(2 * i) / 32_768);
}

interface Copy {
  at: number;
  readonly vectors: Map<number, Float32Array>;
}

/** An inference side with a tiny, exact world of words instead of models, which follows the protocols of the real one. */
export class FakeInference implements Inference {
  readonly tasks: Task[] = [];
  /** Called before each task is answered; may throw, wait, or do something meanwhile. */
  before: (task: Task) => void | Promise<void> = () => undefined;
  /** How ITM judges; its order differs from that of ITC on purpose. */
  logit = (words: string, text: string): number => (words.split(" ").includes(text.split(" ")[0]!) ? 5 : -5);
  expectedMs: Inference["expectedMs"] = () => 0;
  inFlight = 0;
  mostInFlight = 0;
  served: ModelInfo[];
  readonly #copies = new Map<string, Copy>();

  constructor(served: ModelInfo[] = [model("blip")]) {
    this.served = served;
  }

  /** The worker dies and comes back: its copies are empty. */
  restart(): void {
    this.#copies.clear();
  }

  /** The rows that the worker's copy of a space holds. */
  rows(space: string): readonly number[] {
    return [...(this.#copies.get(space)?.vectors.keys() ?? [])].sort((a, b) => a - b);
  }

  count(kind: Task["kind"]): number {
    return this.tasks.filter((task) => task.kind === kind).length;
  }

  async submit<T extends Task>(task: T, { signal }: SubmitOptions = {}): Promise<ResultOf<T>> {
    this.tasks.push(task);
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    try {
      await new Promise((resolve) => setImmediate(resolve));
      await this.before(task);
      if (signal?.aborted) throw new InferenceError("CANCELLED", "cancelled");
      return (await this.#answer(task)) as ResultOf<T>;
    } finally {
      this.inFlight--;
    }
  }

  models(): readonly ModelInfo[] {
    return this.served;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  scheduler(): Promise<SchedulerView> {
    return Promise.resolve({ devices: [] });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #answer(task: Task): Promise<unknown> {
    switch (task.kind) {
      case "inspect":
        return { width: (await wordsOf(task.image)).length, height: 1, format: "png" };
      case "shrink":
        return { bytes: webp(`${task.side} ${await wordsOf(task.image)}`) };
      case "embedImage":
        return { ...this.#see(task.model, await wordsOf(task.image)), timing };
      case "embedText":
        return { embedding: meaning(task.text), vectors: 1, timing };
      case "match":
        return this.#match(await wordsOf(task.image), task.text);
      case "indexApply":
        return { at: this.#apply(task) };
      case "indexSearch":
        return this.#search(task);
      case "caption":
      case "answer":
      case "chat":
        throw new InferenceError("UNSUPPORTED_TASK", "the fake world does not talk");
    }
  }

  /** BLIP sees a picture as a whole, BLIP-2 each of its words by itself. */
  #see(name: string, words: string): { embedding: Float32Array; vectors: number } {
    const isQueried = this.served.some((model) => model.name === name && model.family === "BLIP2");
    return isQueried ? { embedding: glances(words), vectors: numGlances } : { embedding: meaning(words), vectors: 1 };
  }

  #match(words: string, text: string): MatchResult {
    const logit = this.logit(words, text);
    return { logit, probability: 1 / (1 + Math.exp(-logit)), similarity: dot(meaning(words), meaning(text)), timing };
  }

  #apply({ space, from, to, removed, added, vectors }: IndexApplyTask): number {
    const copy = this.#copies.get(space) ?? { at: 0, vectors: new Map<number, Float32Array>() };
    if (from !== copy.at) return copy.at;
    for (const row of removed) copy.vectors.delete(row);
    const each = vectors.length / added.length;
    added.forEach((row, i) => copy.vectors.set(row, vectors.slice(i * each, (i + 1) * each)));
    copy.at = to;
    this.#copies.set(space, copy);
    return to;
  }

  #search({ space, at, query, k }: IndexSearchTask): IndexSearchResult {
    const copy = this.#copies.get(space) ?? { at: 0, vectors: new Map<number, Float32Array>() };
    if (copy.at < at) return { stale: true, at: copy.at };
    const best = [...copy.vectors]
      .map(([row, vectors]) => ({ row, similarity: largest(vectors, query) }))
      .sort((a, b) => b.similarity - a.similarity || a.row - b.row)
      .slice(0, k);
    return { stale: false, ids: best.map(({ row }) => row), similarities: best.map(({ similarity }) => similarity) };
  }
}

async function wordsOf(image: ImageSource): Promise<string> {
  const bytes = "bytes" in image ? image.bytes : await readFile(image.file);
  const plain = Buffer.from(bytes).toString();
  if (!plain.startsWith("picture:")) throw new InferenceError("IMAGE_UNREADABLE", "not an image");
  return plain.slice("picture:".length);
}

/** Of all pairs. */
function largest(a: Float32Array, b: Float32Array): number {
  return Math.max(...vectorsOf(a).flatMap((x) => vectorsOf(b).map((y) => dot(x, y))));
}

function vectorsOf(values: Float32Array): Float32Array[] {
  return Array.from({ length: values.length / length }, (_, i) => values.subarray(i * length, (i + 1) * length));
}

export function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
