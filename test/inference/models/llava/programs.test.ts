import { beforeAll, describe, expect, it } from "vitest";
import type { Tokenizer } from "../../../../inference/text/tokenizer.ts";
import { conversationFor, openChat, type ChatPrograms } from "./conversations.ts";
import { CHECKPOINTS, llavaGolden } from "./golden.ts";

describe.each(CHECKPOINTS)("$name", ({ name, expected }) => {
  const { cases } = llavaGolden(expected);
  let programs: ChatPrograms;
  let tokenizer: Tokenizer;
  beforeAll(async () => ({ programs, tokenizer } = await openChat(name)));

  it.each(cases.prompts.map((prompt, i) => [i, prompt] as const))(
    "asks conversation %d with the tokens that transformers asks with",
    async (_, { messages, tokenIds }) => {
      const { program } = programs.chat(await conversationFor(name, messages), {});
      expect(program.decode!.promptTokenIds).toEqual(tokenIds);
    },
  );

  it("puts each picture's rows where its placeholders are", async () => {
    const image = tokenizer.idOf("<image>");
    for (const { messages, tokenIds } of cases.prompts) {
      const { features = [] } = programs.chat(await conversationFor(name, messages), {}).program.decode!;
      const placed = features.flatMap(({ start, rows }) => Array.from({ length: rows }, (_, i) => start + i));
      expect(placed).toEqual([...tokenIds.keys()].filter((row) => tokenIds[row] === image));
    }
  });

  it("goes on with the same tokens in the next turn, so that they need not be computed again", async () => {
    const [first] = cases.prompts;
    const { decode } = programs.chat(await conversationFor(name, first!.messages), {}).program;
    const answer = { role: "assistant", text: "Two dogs and a cat.", pictures: [] } as const;
    const later = [...first!.messages, answer, { role: "user", text: "Where?", pictures: [] } as const];
    const next = programs.chat(await conversationFor(name, later), {}).program.decode!;
    expect(next.promptTokenIds.slice(0, decode!.promptTokenIds.length)).toEqual(decode!.promptTokenIds);
    expect(next.features).toEqual(decode!.features);
  });
});
