import { readFile } from "node:fs/promises";
import type { Reference } from "../hub/index.ts";
import type { ImageSource, Inference, Task } from "../inference/index.ts";
import { compareAnswer, type Verdict } from "./compare-answer.ts";
import { createFetchPicture, publicOnly } from "../resolvers/fetch-picture.ts";

/** How a checkpoint did on a reference. */
export interface Check {
  readonly asked: string;
  readonly expected: string;
  readonly given: string;
  /** How much of it is the same, and for how long. */
  readonly compared: string;
  readonly verdict: Verdict;
}

/** Asks a model what its references ask. Throws where a picture cannot be had, or the model cannot answer. */
export async function verify(
  model: string,
  references: readonly Reference[],
  inference: Inference,
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const reference of references) checks.push(await check(model, reference, inference));
  return checks;
}

async function check(model: string, reference: Reference, inference: Inference): Promise<Check> {
  const image = { bytes: await readPicture(reference.picture) };
  const answer = await inference.submit(taskOf(model, image, reference));
  return { asked: describeAsk(reference), ...compareAnswer(reference, answer) };
}

function taskOf(model: string, image: ImageSource, { ask }: Reference): Task {
  switch (ask.task) {
    case "caption": {
      const prompt = ask.prompt === undefined ? {} : { prompt: ask.prompt };
      return { kind: "caption", model, image, options: ask.options ?? {}, ...prompt };
    }
    case "answer":
      return { kind: "answer", model, image, question: ask.question, options: {} };
    case "match":
      return { kind: "match", model, image, text: ask.text };
    case "chat": {
      const messages = [{ role: "USER" as const, text: ask.text, images: [image] }];
      return { kind: "chat", model, messages, options: { seed: 0, ...ask.options } };
    }
  }
}

function describeAsk({ ask }: Reference): string {
  if (ask.task === "caption") return ask.prompt === undefined ? "caption" : `caption "${ask.prompt}"`;
  return ask.task === "answer" ? `answer "${ask.question}"` : `${ask.task} "${ask.text}"`;
}

async function readPicture(place: string): Promise<Uint8Array> {
  if (!/^https?:\/\//.test(place)) return new Uint8Array(await readFile(place));
  return createFetchPicture(publicOnly)(new URL(place), new AbortController().signal);
}
