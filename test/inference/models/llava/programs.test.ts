import { beforeAll, describe, expect, it } from "vitest";
import type { Conversation, Message, Picture, Programs } from "../../../../inference/models/model.ts";
import { openModel } from "../../../../inference/models/registry.ts";
import { loadTokenizer, type Tokenizer } from "../../../../inference/text/tokenizer.ts";
import { item } from "../blip/golden.ts";
import { CHECKPOINTS, goldenPicture, LLAVA, llavaGolden, pixelsOf, type GoldenMessage } from "./golden.ts";

type Able = Required<Pick<Programs, "caption" | "answer" | "chat">>;

async function open(name: string): Promise<{ programs: Able; tokenizer: Tokenizer }> {
  const tokenizer = await loadTokenizer(`${LLAVA}${name}`);
  return { programs: openModel(`${LLAVA}${name}`).programs(tokenizer, name) as Able, tokenizer };
}

function pictureOf(file: string, processor: string): Picture {
  const { width, height } = goldenPicture(file);
  const views = pixelsOf(file, processor);
  const seen = Array.from({ length: views.dims[0]! }, (_, i) => {
    const { dims, data } = item(views, i);
    return { dims: dims.slice(1), data };
  });
  return { sha256: file, width, height, views: seen as unknown as Picture["views"] };
}

function conversationOf(messages: readonly GoldenMessage[], processor: string): Conversation {
  const told = messages.map(({ role, text, pictures }): Message => ({
    role: role === "user" ? "USER" : "ASSISTANT",
    text,
    pictures: pictures.map((file) => pictureOf(file, processor)),
  }));
  return { messages: told, resumedTokenIds: [] };
}

describe.each(CHECKPOINTS)("$name", ({ name, expected }) => {
  const { cases } = llavaGolden(expected);
  let programs: Able;
  let tokenizer: Tokenizer;
  beforeAll(async () => ({ programs, tokenizer } = await open(name)));

  it.each(cases.prompts.map((prompt, i) => [i, prompt] as const))(
    "asks conversation %d with the tokens that transformers asks with",
    (_, { messages, tokenIds }) => {
      const { program } = programs.chat(conversationOf(messages, expected), {});
      expect(program.decode!.promptTokenIds).toEqual(tokenIds);
    },
  );

  it("puts each picture's rows where its placeholders are", () => {
    const image = tokenizer.idOf("<image>");
    for (const { messages, tokenIds } of cases.prompts) {
      const { features = [] } = programs.chat(conversationOf(messages, expected), {}).program.decode!;
      const placed = features.flatMap(({ start, rows }) => Array.from({ length: rows }, (_, i) => start + i));
      expect(placed).toEqual([...tokenIds.keys()].filter((row) => tokenIds[row] === image));
    }
  });

  it("goes on with the same tokens in the next turn, so that they need not be computed again", () => {
    const [first] = cases.prompts;
    const { decode } = programs.chat(conversationOf(first!.messages, expected), {}).program;
    const answer = { role: "assistant", text: "Two dogs and a cat.", pictures: [] } as const;
    const later = [...first!.messages, answer, { role: "user", text: "Where?", pictures: [] } as const];
    const next = programs.chat(conversationOf(later, expected), {}).program.decode!;
    expect(next.promptTokenIds.slice(0, decode!.promptTokenIds.length)).toEqual(decode!.promptTokenIds);
    expect(next.features).toEqual(decode!.features);
  });
});
