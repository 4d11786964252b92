import { beforeAll, describe, expect, it } from "vitest";
import type { Conversation, Message, Picture, Programs } from "../../../../inference/models/model.ts";
import { openModel } from "../../../../inference/models/registry.ts";
import type { DecodeSpec } from "../../../../inference/scheduling/program.ts";
import { loadTokenizer, type Tokenizer } from "../../../../inference/text/tokenizer.ts";
import { floats } from "../blip/golden.ts";
import { BLIP2, openBlip2Golden, QUERIES, type GenerationCases } from "./golden.ts";

const picture: Picture = { sha256: "5a", width: 1, height: 1, views: [floats([3, 1, 1], [0, 0, 0])] };

function message(role: Message["role"], text: string, pictures: readonly Picture[] = []): Message {
  return { role, text, pictures };
}

function conversation(...messages: readonly Message[]): Conversation {
  return { messages, resumedTokenIds: [] };
}

const refusal = (code: string) => expect.objectContaining({ code }) as Error;

describe.each(["opt", "t5"])("BLIP-2 with %s", (name) => {
  const { cases } = openBlip2Golden<GenerationCases>(name);
  let tokenizer: Tokenizer;
  let programs: Programs;
  beforeAll(async () => {
    tokenizer = await loadTokenizer(`${BLIP2}${name}`);
    programs = openModel(`${BLIP2}${name}`).programs(tokenizer, name);
  });

  /** What the language model reads, as Blip2Processor lays it out. */
  function read({ memory, promptTokenIds }: DecodeSpec): readonly number[] {
    if (!memory) return promptTokenIds;
    const text = [...(memory.inputs.input_ids as { data: BigInt64Array }).data].map(Number);
    return [...Array<number>(QUERIES).fill(cases.image_token_index), ...text];
  }

  it("reads what transformers' processor prepares", () => {
    for (const { prompt, inputTokenIds } of cases.logits) {
      const { decode } = programs.caption!(picture, prompt ?? undefined, {}).program;
      expect(read(decode!)).toEqual(inputTokenIds);
      expect(decode!.eosTokenIds).toEqual([cases.eosTokenId]);
    }
  });

  it("takes the picture's rows from the vision tower, once for every task", () => {
    const { decode } = programs.caption!(picture, undefined, {}).program;
    const source = name === "opt" ? decode!.features![0]!.source : decode!.memory!.inputs.prefix;
    expect(source).toMatchObject({ call: { network: `${name}/vision`, key: "5a" }, output: "prefix" });
    if (name === "opt") expect(decode!.features).toMatchObject([{ start: 0, rows: QUERIES }]);
    else expect(decode!.promptTokenIds).toEqual([0]);
  });

  it("asks a question in the form that the model answers shortly", () => {
    const { decode } = programs.answer!(picture, "what color is the dog?", undefined, {}).program;
    expect(read(decode!)).toEqual(cases.logits.find(({ prompt }) => prompt?.startsWith("Question"))!.inputTokenIds);
    expect(decode!.strategy).toMatchObject({ kind: "sample", maxTokens: 10, sampling: { kind: "greedy" } });
  });

  it("ranks choices as they would be said, up to the end token", () => {
    const { decode } = programs.answer!(picture, "is it a dog?", ["yes", "two dogs"], {}).program;
    const said = (text: string) => tokenizer.encodePlain(name === "opt" ? ` ${text}` : text);
    const choices = ["yes", "two dogs"].map((text) => [...said(text), cases.eosTokenId]);
    expect(decode!.strategy).toEqual({ kind: "rank", choices, candidates: 256 });
  });

  it("tells a dialogue as LAVIS does", () => {
    const [first, ...others] = cases.chat.messages.map(({ role, text }) => message(role, text));
    const talk = conversation({ ...first!, pictures: [picture] }, ...others);
    const { decode } = programs.chat!({ ...talk, resumedTokenIds: [7, 8] }, { maxTokens: 12 }).program;
    expect(read(decode!)).toEqual(cases.chat.inputTokenIds);
    expect(decode).toMatchObject({ resumedTokenIds: [7, 8], strategy: { maxTokens: 12 } });
  });

  it("says first what a system message says", () => {
    const talk = conversation(message("SYSTEM", "Be kind."), message("USER", "why?", [picture]));
    const { decode } = programs.chat!(talk, {}).program;
    const same = programs.caption!(picture, "Be kind. Question: why? Answer:", {}).program.decode!;
    expect(read(decode!)).toEqual(read(same));
  });

  it.each([
    ["no picture", [message("USER", "why?")]],
    ["two pictures", [message("USER", "why?", [picture, picture])]],
    ["no question", []],
    ["an answer last", [message("USER", "why?", [picture]), message("ASSISTANT", "so")]],
    ["an answer first", [message("ASSISTANT", "so"), message("USER", "why?", [picture])]],
    ["two questions in a row", [message("USER", "why?", [picture]), message("USER", "well?"), message("USER", "hm?")]],
  ])("refuses a conversation with %s", (_, messages) => {
    expect(() => programs.chat!(conversation(...messages), {})).toThrow(refusal("BAD_USER_INPUT"));
  });

  it("refuses a prompt that leaves no room, and says how much there is", () => {
    const limit = name === "opt" ? 128 - QUERIES - 1 : 512 - QUERIES;
    const long = "zebra ".repeat(600);
    expect(() => programs.caption!(picture, long, {})).toThrow(refusal("PROMPT_TOO_LONG"));
    expect(() => programs.caption!(picture, long, {})).toThrow(`the model takes at most ${limit}`);
  });

  it("refuses a prompt with the model's own sign for a picture", () => {
    expect(() => programs.caption!(picture, "a photo of <image>", {})).toThrow(refusal("BAD_USER_INPUT"));
  });

  it("generates no further than there is room", () => {
    const { decode } = programs.caption!(picture, "a", { maxTokens: 5000 }).program;
    const room = name === "opt" ? 128 - decode!.promptTokenIds.length : 511;
    expect(decode!.strategy).toMatchObject({ maxTokens: room });
  });

  it.each(cases.tokenizer)("has transformers' ids for $text", ({ text, tokenIds, plainTokenIds, decoded }) => {
    expect(tokenizer.encode(text)).toEqual(tokenIds);
    expect(tokenizer.encodePlain(text)).toEqual(plainTokenIds);
    expect(tokenizer.decode(tokenIds)).toBe(decoded);
  });
});
