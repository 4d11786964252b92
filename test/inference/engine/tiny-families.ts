import type { Conversation, Message, Networks, Picture, Prepared, Programs } from "../../../inference/models/model.ts";
import { openModel } from "../../../inference/models/registry.ts";
import type { Program, Strategy } from "../../../inference/scheduling/program.ts";
import { loadTokenizer } from "../../../inference/text/tokenizer.ts";
import { openGolden } from "../models/blip/golden.ts";
import { BLIP2, pictureOf } from "../models/blip-2/golden.ts";
import { pictureFor } from "../models/llava/conversations.ts";
import { LLAVA } from "../models/llava/golden.ts";

/** The tiny checkpoints of all three families, each with its own tokenizer and as it sees the same pictures. */

const BLIP = new URL("../../golden/blip/", import.meta.url).pathname;
const CHECKPOINTS = {
  "captioning-base": BLIP,
  "vqa-base": BLIP,
  "retrieval-base": BLIP,
  opt: BLIP2,
  t5: BLIP2,
  itm: BLIP2,
  "clip-llama": LLAVA,
  "siglip-qwen2": LLAVA,
  "next-mistral": LLAVA,
} as const;
export type Name = keyof typeof CHECKPOINTS;
const NAMES = Object.keys(CHECKPOINTS) as Name[];

export const PICTURES = ["wide.png", "tiny.png", "gray.png", "rotated.jpg"] as const;
export type PictureName = (typeof PICTURES)[number];

interface Opened {
  readonly networks: Networks;
  readonly programs: Programs;
  readonly pictures: ReadonlyMap<PictureName, Picture>;
}

export class TinyFamilies {
  readonly #models: ReadonlyMap<Name, Opened>;

  private constructor(models: ReadonlyMap<Name, Opened>) {
    this.#models = models;
  }

  static async open(): Promise<TinyFamilies> {
    return new TinyFamilies(new Map(await Promise.all(NAMES.map(async (name) => [name, await open(name)] as const))));
  }

  get networks(): Readonly<Record<string, Networks>> {
    return Object.fromEntries([...this.#models].map(([name, { networks }]) => [name, networks]));
  }

  program({ model, ...asked }: Asked): Program {
    const { programs } = this.#of(model);
    switch (asked.task) {
      case "caption":
        return decoded(programs.caption!(this.#picture(model, asked.picture), asked.text, {}), asked.strategy);
      case "answer":
        return decoded(
          programs.answer!(this.#picture(model, asked.picture), asked.text, undefined, {}),
          asked.strategy,
        );
      case "match":
        return programs.match!(this.#picture(model, asked.picture), asked.text).program;
      case "chat":
        return decoded(programs.chat!(this.#conversation(model, asked.turns), {}), asked.strategy);
    }
  }

  #conversation(model: Name, turns: readonly Turn[]): Conversation {
    const messages = turns.map(({ text, picture }, i): Message => {
      const pictures = picture === undefined ? [] : [this.#picture(model, picture)];
      return { role: i % 2 === 0 ? "USER" : "ASSISTANT", text, pictures };
    });
    return { messages, resumedTokenIds: [] };
  }

  #picture(name: Name, picture: PictureName): Picture {
    return this.#of(name).pictures.get(picture)!;
  }

  #of(name: Name): Opened {
    return this.#models.get(name)!;
  }
}

/** What is asked of which model. */
export type Asked = { readonly model: Name } & (
  | {
      readonly task: "caption" | "answer";
      readonly picture: PictureName;
      readonly text: string;
      readonly strategy: Strategy;
    }
  | { readonly task: "match"; readonly picture: PictureName; readonly text: string }
  | { readonly task: "chat"; readonly turns: readonly Turn[]; readonly strategy: Strategy }
);

/** The user's and the model's in turn, the user's first and last; each of the user's may bring a picture. */
export interface Turn {
  readonly text: string;
  readonly picture?: PictureName;
}

async function open(name: Name): Promise<Opened> {
  const folder = `${CHECKPOINTS[name]}${name}`;
  const model = openModel(folder);
  const pictures = PICTURES.map(async (picture) => [picture, await prepared(name, picture)] as const);
  return {
    networks: model.networks(),
    programs: model.programs(await loadTokenizer(folder), name),
    pictures: new Map(await Promise.all(pictures)),
  };
}

async function prepared(name: Name, picture: PictureName): Promise<Picture> {
  const folder = CHECKPOINTS[name];
  return folder === LLAVA ? pictureFor(name, picture) : pictureOf(openGolden(name, folder), picture);
}

function decoded({ program }: Prepared<unknown>, strategy: Strategy): Program {
  return { ...program, decode: { ...program.decode!, strategy } };
}
