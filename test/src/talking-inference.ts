import { readFile } from "node:fs/promises";
import {
  InferenceError,
  type AnswerTask,
  type CaptionTask,
  type GenerationResult,
  type ImageSource,
  type ModelInfo,
  type ModelLoadView,
  type ResultOf,
  type SchedulerView,
  type SubmitOptions,
  type Task,
} from "../../inference/index.ts";
import { FakeInference, model } from "../gallery/fake-inference.ts";

const timing = {
  totalMs: 1,
  queueMs: 0,
  preprocessMs: 0,
  encodeMs: 1,
  decodeMs: 0,
  encodeBatch: 1,
  decodeBatch: 1,
  imageCacheHit: false,
};

const load = {
  queued: 0,
  running: 0,
  meanEncodeBatch: 1,
  meanDecodeBatch: 2,
  encodedImages: 3,
  decodedTokens: 4,
  generations: 17,
  sharedGenerations: 18,
  keptRows: 11,
  promptRows: 12,
  reusedRows: 13,
  networks: { vision: { passes: 3, meanBatch: 1, fit: { msPerItem: 14, msPerPass: 15 } } },
  passes: [
    {
      network: "vision",
      kind: "encode",
      sizes: { bounds: [1, 2], counts: [1, 1, 1], sum: 6 },
      ms: { bounds: [10, 20], counts: [2, 0, 1], sum: 50 },
    },
  ],
} as const satisfies Omit<ModelLoadView, "model">;

/** Models like those that are bundled: one that captions, one that answers, one that retrieves. */
export const demoModels: readonly ModelInfo[] = [
  model("demo-caption", { tasks: ["CAPTION"] }),
  model("demo-vqa", { tasks: ["VQA"] }),
  model("demo-retrieval", { tasks: ["MATCH", "EMBED"] }),
];

/** The gallery's fake world of words, which also describes its pictures, answers about them, and keeps deadlines. */
export class TalkingInference extends FakeInference {
  constructor(served: readonly ModelInfo[] = demoModels) {
    super([...served]);
  }

  override async submit<T extends Task>(task: T, options: SubmitOptions = {}): Promise<ResultOf<T>> {
    if (task.kind !== "caption" && task.kind !== "answer") return super.submit(task, options);
    this.tasks.push(task);
    return (await withinTime(this.#talk(task), options)) as ResultOf<T>;
  }

  override scheduler(): Promise<SchedulerView> {
    const models = this.served.map(({ name }) => ({ model: name, ...load }));
    const caches = [{ name: "features" as const, bytes: 5, maxBytes: 6, hits: 7, shared: 16, misses: 8 }];
    const restarts = { deaths: 9, replacements: 10 };
    return Promise.resolve({ devices: [{ id: "cpu:0", kind: "cpu", state: "ready", models, caches, restarts }] });
  }

  async #talk(task: CaptionTask | AnswerTask): Promise<GenerationResult> {
    await this.before(task);
    const words = await wordsOf(task.image);
    if (task.kind === "caption") return said(`${task.prompt ?? ""}${words}`);
    if (!task.choices) return said(`${task.question} ${words}`);
    const ranking = task.choices.map((text, i) => ({ text, score: -i }));
    return { ...said(task.choices[0] ?? ""), tokens: 0, ranking };
  }
}

function said(text: string): GenerationResult {
  const tokenIds = text.split(" ").map((_, i) => i);
  return { text, tokens: tokenIds.length, tokenIds, finishReason: "STOP", timing };
}

function withinTime<T>(work: Promise<T>, { signal, timeoutMs }: SubmitOptions): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new InferenceError("DEADLINE_EXCEEDED", "too late"));
    const timer = timeoutMs === undefined ? undefined : setTimeout(late, timeoutMs);
    signal?.addEventListener("abort", () => reject(new InferenceError("CANCELLED", "cancelled")));
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

async function wordsOf(image: ImageSource): Promise<string> {
  const bytes = "bytes" in image ? image.bytes : await readFile(image.file);
  const text = Buffer.from(bytes).toString();
  if (text.startsWith("picture:")) return text.slice("picture:".length);
  throw new InferenceError("IMAGE_UNREADABLE", "not an image");
}
