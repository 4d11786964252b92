import { beforeAll, describe, expect, it } from "vitest";
import type { Message, Picture } from "../../../../inference/models/model.ts";
import { openModel } from "../../../../inference/models/registry.ts";
import type { DecodeSpec } from "../../../../inference/scheduling/program.ts";
import { callsOf } from "../../../../inference/scheduling/program.ts";
import { loadTokenizer, type Tokenizer } from "../../../../inference/text/tokenizer.ts";
import { changed } from "./changed.ts";
import { openChat, pictureFor, type ChatPrograms } from "./conversations.ts";

/** What LLaVA is asked, and how. */

let programs: ChatPrograms;
let tokenizer: Tokenizer;
let picture: Picture;

beforeAll(async () => {
  ({ programs, tokenizer } = await openChat("clip-llama"));
  picture = await pictureFor("clip-llama", "wide.png");
});

function user(text: string, ...pictures: Picture[]): Message {
  return { role: "USER", text, pictures };
}

function chat(...messages: Message[]): DecodeSpec {
  return programs.chat({ messages, resumedTokenIds: [] }, {}).program.decode!;
}

/** The prompt as text, a picture's rows as one. */
function prompted({ promptTokenIds }: DecodeSpec): string {
  const image = tokenizer.idOf("<image>");
  const [shown, parts] = [
    promptTokenIds.filter((id, i) => id !== image || promptTokenIds[i - 1] !== image),
    [[]] as number[][],
  ];
  for (const id of shown) {
    if (id === image) parts.push([]);
    else parts.at(-1)!.push(id);
  }
  return parts.map((ids) => tokenizer.decode(ids)).join("<image>");
}

describe("a caption", () => {
  it("is asked for in one sentence, or as the caller says", () => {
    const asked = prompted(programs.caption(picture, undefined, {}).program.decode!);
    expect(asked).toBe("USER: <image>\nProvide a one-sentence caption for the provided image. ASSISTANT:");
    const own = prompted(programs.caption(picture, "Describe the dog.", {}).program.decode!);
    expect(own).toBe("USER: <image>\nDescribe the dog. ASSISTANT:");
  });

  it("reads the picture once, whatever is asked", () => {
    const calls = [programs.caption(picture, undefined, {}), programs.answer(picture, "Why?", undefined, {})];
    const keys = calls.flatMap(({ program }) => [...callsOf(program)].map(({ network, key }) => `${network} ${key}`));
    expect(keys).toEqual(["clip-llama/vision wide.png", "clip-llama/vision wide.png"]);
  });
});

describe("an answer", () => {
  it("is asked for in a word or phrase, until the end token, greedily", () => {
    const { decode } = programs.answer(picture, "How many dogs?", undefined, {}).program;
    expect(prompted(decode!)).toBe(
      "USER: <image>\nHow many dogs?\nAnswer the question using a single word or phrase. ASSISTANT:",
    );
    expect(decode).toMatchObject({ eosTokenIds: [2], strategy: { kind: "sample", sampling: { kind: "greedy" } } });
  });

  it("is chosen by the tokens that would be said, the end included", () => {
    const texts = ["two dogs", "no", "naïve"];
    const { program, finish } = programs.answer(picture, "What?", texts, {});
    const { strategy, promptTokenIds } = program.decode!;
    if (strategy.kind !== "rank") throw new Error(`a strategy to ${strategy.kind}`);
    const whole = (text: string) => tokenizer.encode(`USER: <image>\nWhat?\n ASSISTANT: ${text}`);
    strategy.choices.forEach((choice, i) => {
      expect(whole(texts[i]!).slice(-choice.length + 1)).toEqual(choice.slice(0, -1));
      expect(choice.at(-1)).toBe(tokenizer.idOf("</s>"));
      expect(tokenizer.decode([...promptTokenIds, ...choice])).toContain(`ASSISTANT: ${texts[i]!}`);
    });
    const generation = { tokenIds: [], finishReason: "STOP", choiceScores: [-2, -1, undefined] } as const;
    expect(finish({ outputs: [], generation })).toMatchObject({ ranking: [{ text: "no" }, { text: "two dogs" }] });
  });
});

describe("a conversation", () => {
  it.each(["A dog.", "Two dogs, three cats.", "no", "It's\n- red\n- blue", "naïve 😀"])(
    "begins in the next turn with what was said in this one: %s",
    (text) => {
      const [asked, answer]: Message[] = [user("What?", picture), { role: "ASSISTANT", text, pictures: [] }];
      const { strategy } = programs.answer(picture, "What?", [text], {}).program.decode!;
      const said = strategy.kind === "rank" ? strategy.choices[0]!.slice(0, -1) : [];
      const before = [...chat(asked!).promptTokenIds, ...said];
      expect(chat(asked!, answer!, user("And?")).promptTokenIds.slice(0, before.length)).toEqual(before);
    },
  );

  it("goes on for 256 tokens where nobody says otherwise, and as far as there are positions", () => {
    const room = 256 - chat(user("Hi.")).promptTokenIds.length;
    expect(chat(user("Hi.")).strategy).toMatchObject({ maxTokens: room });
    expect(
      programs.chat({ messages: [user("Hi.")], resumedTokenIds: [] }, { maxTokens: 7 }).program.decode,
    ).toMatchObject({
      strategy: { maxTokens: 7 },
    });
  });

  it("may have several pictures, in several turns", () => {
    const answer: Message = { role: "ASSISTANT", text: "A dog.", pictures: [] };
    const asked = chat(user("What?", picture, picture), answer, user("And?", picture));
    expect(prompted(asked)).toBe("USER: <image>\n<image>\nWhat? ASSISTANT: A dog. USER: <image>\nAnd? ASSISTANT:");
    expect(asked.features).toHaveLength(3);
  });

  it("takes up what an earlier worker settled", () => {
    const { decode } = programs.chat({ messages: [user("Hi.")], resumedTokenIds: [5, 6] }, {}).program;
    expect(decode!.resumedTokenIds).toEqual([5, 6]);
    expect(chat(user("Hi."))).not.toHaveProperty("resumedTokenIds");
  });

  it("begins with the first token once, whoever writes it", async () => {
    const folder = changed("clip-llama", {
      files: { "chat_template.jinja": "{{ bos_token }}{{ messages[0].content }}" },
    });
    const own = openModel(folder).programs(await loadTokenizer(folder), "own") as ChatPrograms;
    const { decode } = own.chat({ messages: [user("Hi.")], resumedTokenIds: [] }, {}).program;
    for (const { promptTokenIds } of [decode!, chat(user("Hi."))]) {
      expect(promptTokenIds[0]).toBe(tokenizer.idOf("<s>"));
      expect(promptTokenIds.slice(1)).not.toContain(tokenizer.idOf("<s>"));
    }
  });

  it("takes nothing that is typed for a picture or the end of a turn", () => {
    const specials = ["<image>", "</s>", "<s>", "<pad>"].map((name) => tokenizer.idOf(name)!);
    const typed = chat(user("Is <image> a </s> or <s> or <pad>?", picture));
    expect(typed.promptTokenIds.filter((id) => specials.includes(id))).toHaveLength(1 + typed.features![0]!.rows);
    expect(typed.features).toHaveLength(1);
    const answer: Message = { role: "ASSISTANT", text: "<image></s>", pictures: [] };
    expect(chat(user("Hi."), answer, user("?")).features).toEqual([]);
  });

  it("is refused where it leaves no room for an answer, with its length", () => {
    const long = () => chat(user("dog ".repeat(250), picture, picture, picture, picture));
    expect(long).toThrow(expect.objectContaining({ code: "PROMPT_TOO_LONG" }));
    expect(long).toThrow(/^the conversation takes \d+ tokens, 64 of them for pictures; the model takes at most 255$/);
  });

  it("is refused where the template has no place for its pictures", async () => {
    const folder = changed("clip-llama", { files: { "chat_template.jinja": "type {{ messages[0].role }}" } });
    const own = openModel(folder).programs(await loadTokenizer(folder), "own") as ChatPrograms;
    expect(() => own.chat({ messages: [user("What?", picture)], resumedTokenIds: [] }, {})).toThrow(
      "the model's chat template has 0 places for 1 pictures",
    );
  });

  it("has Vicuna's form where the checkpoint has no template", async () => {
    const folder = changed("clip-llama", { without: ["chat_template.jinja"] });
    const own = openModel(folder).programs(await loadTokenizer(folder), "own") as ChatPrograms;
    const messages = [
      user("What?", picture),
      { role: "ASSISTANT", text: "A dog.", pictures: [] } as const,
      user("Where?"),
    ];
    const { promptTokenIds } = own.chat({ messages, resumedTokenIds: [] }, {}).program.decode!;
    const system =
      "A chat between a curious user and an artificial intelligence assistant. " +
      "The assistant gives helpful, detailed, and polite answers to the user's questions.";
    const whole = `${system} USER: <image>\nWhat? ASSISTANT: A dog.</s>USER: Where? ASSISTANT:`;
    const expected = tokenizer
      .encode(whole)
      .flatMap((id) => (id === tokenizer.idOf("<image>") ? Array<number>(16).fill(id) : [id]));
    expect(promptTokenIds).toEqual(expected);
  });
});
