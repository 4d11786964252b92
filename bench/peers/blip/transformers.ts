import type { PictureFile } from "../../graphql.ts";
import { JsonLines } from "../json-lines.ts";
import type { BlipContender, PartSeconds } from "./contender.ts";
import { type BlipAsk, TOKENS } from "./tasks.ts";

export interface TransformersOptions {
  /** Of a Python that has torch and transformers. */
  readonly python: string;
  readonly dtype: "float32" | "bfloat16";
  readonly threads: number;
  readonly signal: AbortSignal;
}

export interface TransformersVersions {
  readonly torch: string;
  readonly transformers: string;
}

/** transformers in a process of its own, while it is asked. */
export async function withTransformers<T>(
  checkpoint: string,
  { python, dtype, threads, signal }: TransformersOptions,
  use: (contender: BlipContender, versions: TransformersVersions) => Promise<T>,
): Promise<T> {
  const args = ["training/peers/blip.py", checkpoint, dtype, String(threads)];
  const lines = new JsonLines(python, args, { env: { ...process.env, HF_HUB_OFFLINE: "1" }, signal });
  try {
    const versions = await lines.next<TransformersVersions>();
    return await use(transformersContender(`transformers, ${dtype}`, lines), versions);
  } finally {
    await lines.end();
  }
}

/** Seconds are what it counts itself, so that pictures' way into the process falls out. */
function transformersContender(name: string, lines: JsonLines): BlipContender {
  return {
    name,
    ask: async (what, pictures) => {
      const { seconds, tokens } = await lines.ask<Answer>({ ...question(what), pictures: pictures.map(base64) });
      if (what.kind !== "match" && tokens !== what.tokens)
        throw new Error(`${name} gave ${tokens} tokens where ${what.tokens} were asked.`);
      return seconds;
    },
    parts: (picture) => lines.ask<PartSeconds>({ ask: "parts", tokens: TOKENS, pictures: [base64(picture)] }),
  };
}

interface Answer {
  readonly seconds: number;
  readonly tokens?: number;
}

/** In the words of training/peers/blip.py. */
function question(what: BlipAsk): object {
  switch (what.kind) {
    case "caption":
      return { ask: "generate", text: null, tokens: what.tokens, beams: what.beams };
    case "answer":
      return { ask: "generate", text: what.question, tokens: what.tokens, beams: 1 };
    case "match":
      return { ask: "match", text: what.text };
  }
}

function base64({ bytes }: PictureFile): string {
  return Buffer.from(bytes).toString("base64");
}
