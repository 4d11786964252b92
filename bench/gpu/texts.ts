import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Inference, TaskName } from "../../inference/index.ts";
import { converse, readConversations } from "../demo-conversations.ts";
import { inParallel, readScenes, type Scene } from "../demo-scores.ts";
import { titled } from "../report-parts.ts";
import { root } from "../server-process.ts";
import type { Cell } from "../table.ts";
import { nameOf, served, type Serving } from "./served.ts";

const SCENES = 60;
const HEADER = "served in|checkpoint|texts|equal|right|right on the CPU|numbers|largest difference";

/** What a checkpoint says of the scenes, and with which numbers. */
interface Said {
  readonly texts: readonly { readonly text: string; readonly isRight: boolean }[];
  readonly numbers: readonly number[];
}

/** What the bundled checkpoints say beside what they say on the CPU in float32, many requests at once. */
export async function texts(serving: Serving): Promise<string> {
  const scenes = await readScenes(SCENES);
  const folder = join(root, "checkpoints");
  const names = readdirSync(folder).filter((name) => name.startsWith("demo-"));
  const folders = names.map((name) => join(folder, name));
  const [expected, found] = [
    await sayAll(folders, { device: "cpu", dtype: "float32" }, scenes),
    await sayAll(folders, serving, scenes),
  ];
  const rows = found.map((one, i): Cell[] => [nameOf(serving), names[i]!, ...compared(one, expected[i]!)]);
  return titled("The bundled checkpoints, beside the CPU in float32", HEADER, rows);
}

function sayAll(folders: readonly string[], serving: Serving, scenes: readonly Scene[]): Promise<readonly Said[]> {
  return served(folders, serving, async (inference) => {
    const all: Said[] = [];
    for (const folder of folders) all.push(await said(inference, basename(folder), scenes));
    return all;
  });
}

function compared(found: Said, expected: Said): Cell[] {
  const { texts, numbers } = found;
  const equal = texts.filter(({ text }, i) => text === expected.texts[i]!.text).length;
  const right = [found, expected].map(({ texts }) => String(texts.filter(({ isRight }) => isRight).length));
  const differences = numbers.map((number, i) => Math.abs(number - expected.numbers[i]!));
  const difference = differences.reduce((most, each) => Math.max(most, each), 0);
  return [String(texts.length), String(equal), ...right, String(numbers.length), difference.toExponential(1)];
}

type Say = (inference: Inference, model: string, scenes: readonly Scene[]) => Promise<Said>;

async function said(inference: Inference, model: string, scenes: readonly Scene[]): Promise<Said> {
  const { tasks } = inference.models().find(({ name }) => name === model)!;
  const parts: Said[] = [];
  for (const task of tasks) parts.push((await says[task]?.(inference, model, scenes)) ?? { texts: [], numbers: [] });
  return { texts: parts.flatMap(({ texts }) => texts), numbers: parts.flatMap(({ numbers }) => numbers) };
}

const says: Readonly<Partial<Record<TaskName, Say>>> = {
  CAPTION: async (inference, model, scenes) => {
    const options = { maxTokens: 24 };
    const results = await inParallel(scenes, ({ picture }) =>
      inference.submit({ kind: "caption", model, image: { bytes: picture }, options }),
    );
    return { texts: results.map(({ text }, i) => ({ text, isRight: text === scenes[i]!.caption })), numbers: [] };
  },
  VQA: async (inference, model, scenes) => {
    const asked = scenes.flatMap(({ picture, questions }) => questions.map((one) => ({ picture, ...one })));
    const results = await inParallel(asked, ({ picture, question }) =>
      inference.submit({ kind: "answer", model, image: { bytes: picture }, question, options: { maxTokens: 14 } }),
    );
    return { texts: results.map(({ text }, i) => ({ text, isRight: text === asked[i]!.answer })), numbers: [] };
  },
  CHAT: async (inference, model, scenes) => {
    const conversations = readConversations();
    const talks = scenes.map(({ picture }, i) => ({ picture, turns: conversations[i]! }));
    const replies = await inParallel(talks, ({ picture, turns }) => converse(inference, model, picture, turns));
    return {
      texts: replies.flat().map(({ reply, answer }) => ({ text: reply, isRight: reply === answer })),
      numbers: [],
    };
  },
  MATCH: async (inference, model, scenes) => {
    const pairs = scenes.map(({ picture }, i) => ({ picture, text: scenes[(i + (i % 2)) % scenes.length]!.caption }));
    const results = await inParallel(pairs, ({ picture, text }) =>
      inference.submit({ kind: "match", model, image: { bytes: picture }, text }),
    );
    return { texts: [], numbers: results.flatMap(({ logit, similarity }) => [logit, similarity]) };
  },
  EMBED: async (inference, model, scenes) => {
    const results = await inParallel(scenes, ({ picture }) =>
      inference.submit({ kind: "embedImage", model, image: { bytes: picture } }),
    );
    return { texts: [], numbers: results.flatMap(({ embedding }) => [...embedding]) };
  },
};
