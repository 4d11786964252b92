import { basename } from "node:path";
import type { ChatResult, Inference } from "../../inference/index.ts";
import type { PictureFile } from "../graphql.ts";
import { makePictures } from "../pictures.ts";
import { titled } from "../report-parts.ts";
import { median } from "../statistics.ts";
import { chatSubject } from "../subject.ts";
import type { Cell } from "../table.ts";
import { nameOf, served, type Serving } from "./served.ts";

const STREAMS = [1, 8, 32] as const;
const TOKENS = 64;
/** Answers of which the time until the first token is the median; one more warms up. */
const FIRSTS = 5;
const HEADER = "served in|first token of a new picture, ms|streams|tokens/s|between tokens, mean ms|passes of";

/** A LLaVA of half a billion parameters, random weights: first tokens, and streams whose prompts are known already. */
export async function streams(serving: Serving, signal: AbortSignal): Promise<string> {
  const { folder, title } = await chatSubject(signal);
  const pictures = await makePictures(70_000, Math.max(...STREAMS));
  const rows = await served([folder], serving, async (inference) => {
    const chat = (picture: PictureFile, tokens: number) => answered(inference, basename(folder), { picture, tokens });
    const firsts: number[] = [];
    for (const picture of pictures.slice(0, FIRSTS + 1)) firsts.push((await chat(picture, 1)).firstMs);
    await Promise.all(pictures.map((picture) => chat(picture, 2)));
    const firstMs = median(firsts.slice(1));
    const measured: Cell[][] = [];
    for (const count of STREAMS) {
      const answers = await Promise.all(pictures.slice(0, count).map((picture) => chat(picture, TOKENS)));
      measured.push([nameOf(serving), firstMs, String(count), ...rates(answers)]);
    }
    return measured;
  });
  return titled(title, HEADER, rows, 1);
}

interface Answer {
  readonly firstMs: number;
  readonly firstAt: number;
  readonly endedAt: number;
  readonly result: ChatResult;
}

async function answered(
  inference: Inference,
  model: string,
  { picture, tokens }: { readonly picture: PictureFile; readonly tokens: number },
): Promise<Answer> {
  const askedAt = performance.now();
  let firstAt: number | undefined;
  const messages = [{ role: "USER", text: "What is this?", images: [{ bytes: picture.bytes }] }] as const;
  const result = await inference.submit(
    { kind: "chat", model, messages, options: { maxTokens: tokens, minTokens: tokens } },
    {
      onProgress: ({ type }) => {
        if (type === "delta") firstAt ??= performance.now();
      },
    },
  );
  const endedAt = performance.now();
  firstAt ??= endedAt;
  return { firstMs: firstAt - askedAt, firstAt, endedAt, result };
}

/** From the first token of any to the end of the last. */
function rates(answers: readonly Answer[]): number[] {
  const start = Math.min(...answers.map(({ firstAt }) => firstAt));
  const end = Math.max(...answers.map(({ endedAt }) => endedAt));
  const gaps = answers.map(({ firstAt, endedAt }) => (endedAt - firstAt) / (TOKENS - 1));
  return [
    (1000 * answers.length * (TOKENS - 1)) / (end - start),
    median(gaps),
    median(answers.map(({ result }) => result.timing.decodeBatch)),
  ];
}
