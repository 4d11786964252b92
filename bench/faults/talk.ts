import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../server-process.ts";
import { chainedModel, lengthInChain, nextToken, textOf } from "./chained-inference.ts";

/** What a client asks, every token of whose answer it can check against all before it. */
export interface Talk {
  /** Of the chat, without its id. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Whether the answer goes on so. */
  readonly goesOn: (said: string, delta: string) => boolean;
  readonly isWhole: (text: string) => boolean;
}

/** Asks the model of no weights for so many tokens of the chain that a seed begins. */
export function chainTalk(seed: string, maxTokens: number): Talk {
  return {
    input: { model: chainedModel.name, messages: [{ role: "USER", text: seed }], options: { maxTokens } },
    goesOn: (said, delta) => {
      let text = said;
      while (text.length < said.length + delta.length) text += textOf(nextToken(seed, text));
      return text === said + delta;
    },
    isWhole: (text) => lengthInChain(seed, text) === maxTokens,
  };
}

const picture = join(root, "examples/a-green-book-above-a-strawberry.png");

/** Asks the bundled LLaVA about a picture, for so many tokens that a seed draws; `whole`: what it says undisturbed. */
export function pictureTalk(
  seed: number,
  { tokens, whole }: { readonly tokens: number; readonly whole: string },
): Talk {
  const image = { base64: readFileSync(picture).toString("base64") };
  const messages = [{ role: "USER", text: "What is in the picture?", images: [image] }];
  const options = { minTokens: tokens, maxTokens: tokens, temperature: 1, seed };
  return {
    input: { model: "demo-llava", messages, options },
    goesOn: (said, delta) => whole === "" || whole.startsWith(said + delta),
    isWhole: (text) => whole === "" || text === whole,
  };
}
