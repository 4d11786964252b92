import { describe, expect, it } from "vitest";
import { type Answer, newAnswer } from "../../../web/src/chat/answer.ts";
import {
  before,
  type Conversation,
  lostGenerations,
  picturesLeft,
  titleOf,
  type Turn,
  withQuestion,
} from "../../../web/src/chat/conversation.ts";
import { messagesOf } from "../../../web/src/chat/messages.ts";
import { chosenModel, parseSettings } from "../../../web/src/chat/settings.ts";
import { endOfSentences } from "../../../web/src/chat/sentences.ts";
import type { Picture } from "../../../web/src/picture/picture.ts";

const picture = (id: string): Picture => ({ kind: "gallery", id, url: `/images/${id}`, caption: id });
const turn = (generationId: string, text: string, ...pictures: readonly Picture[]): Turn => ({
  generationId,
  question: { text, pictures },
});
const said = (generationId: string, text: string): Answer => ({ ...newAnswer(generationId, 0), text });
const talk = (...turns: readonly Turn[]): Conversation => ({ id: "c", askedAt: 0, turns });

describe("a conversation", () => {
  it("is called as it began, unless somebody named it", () => {
    expect(titleOf(talk(turn("a", "what is this?")))).toBe("what is this?");
    expect(titleOf({ ...talk(turn("a", "what?")), name: "Keys" })).toBe("Keys");
    expect(titleOf(talk(turn("a", "", picture("p"))))).toBe("About a picture");
    expect(titleOf(talk(turn("a", "x".repeat(100))))).toBe(`${"x".repeat(60)}…`);
  });

  it("goes back to before a turn, and loses what followed", () => {
    const whole = talk(turn("a", "1"), turn("b", "2"), turn("c", "3"));
    const earlier = before(whole, "b");
    expect(earlier.turns.map(({ generationId }) => generationId)).toEqual(["a"]);
    expect(lostGenerations(whole, withQuestion(earlier, turn("d", "4"), 1))).toEqual(["b", "c"]);
    expect(before(whole, "unknown")).toBe(whole);
  });

  it("shows sixteen pictures and no more", () => {
    expect(picturesLeft([turn("a", "", picture("p"), picture("q")), turn("b", "x")])).toBe(14);
  });
});

describe("a conversation as the server takes it", () => {
  it("is the system's word, then question and answer in turns, the last to be answered", async () => {
    const turns = [turn("a", "what is this?", picture("p")), turn("b", "how many?")];
    expect(await messagesOf(turns, { a: said("a", " two keys ") }, "Be brief.")).toEqual([
      { role: "SYSTEM", text: "Be brief." },
      { role: "USER", text: "what is this?", images: [{ id: "p" }] },
      { role: "ASSISTANT", text: "two keys" },
      { role: "USER", text: "how many?" },
    ]);
  });

  it("leaves out what got no answer, and keeps its pictures", async () => {
    const turns = [turn("a", "lost", picture("p")), turn("b", "and now?", picture("q"))];
    expect(await messagesOf(turns, { a: said("a", "") }, " ")).toEqual([
      { role: "USER", text: "and now?", images: [{ id: "p" }, { id: "q" }] },
    ]);
  });

  it("holds files as base64", async () => {
    Object.assign(globalThis, { FileReader: DataUrlReader });
    const file = new File(["picture"], "a.png", { type: "image/png" });
    const [message] = await messagesOf([turn("a", "", { kind: "file", file })], {}, "");
    expect(message?.images).toEqual([{ base64: "cGljdHVyZQ==" }]);
  });
});

describe("settings", () => {
  it("are as they were left, and fresh where they cannot be read", () => {
    const kept = { model: "m", system: "Be brief.", temperature: 0.5, seed: 7 };
    expect(parseSettings(JSON.stringify(kept))).toEqual(kept);
    for (const text of [null, "", "{", "[1]", "7", '{"system":7,"seed":"x","topP":null}']) {
      expect(parseSettings(text)).toMatchObject({ system: "" });
    }
  });

  it("take LLaVA where no other model was chosen", () => {
    const [blip2, llava] = [modelOf("1", "BLIP2"), modelOf("2", "LLAVA")];
    expect(chosenModel({ system: "" }, [blip2, llava])).toBe(llava);
    expect(chosenModel({ system: "", model: "1" }, [blip2, llava])).toBe(blip2);
    expect(chosenModel({ system: "", model: "gone" }, [blip2])).toBe(blip2);
    expect(chosenModel({ system: "" }, [])).toBeUndefined();
  });
});

describe("sentences", () => {
  it("are told when they are whole", () => {
    const text = "Two keys. They are gold! And";
    expect(text.slice(0, endOfSentences(text, 0))).toBe("Two keys. They are gold! ");
    expect(endOfSentences(text, 25)).toBe(25);
    expect(endOfSentences("3.5 metres", 0)).toBe(0);
    expect(endOfSentences("- one\n- tw", 0)).toBe(6);
  });
});

function modelOf(id: string, family: "BLIP2" | "LLAVA") {
  const rest = { tasks: ["CHAT" as const], device: "cpu:0", dtype: "float32", parameters: 1, failure: null };
  return { id, name: id, family, state: "READY" as const, ...rest };
}

/** As browsers have it, as far as it is used. */
class DataUrlReader {
  result = "";
  onload: () => void = () => undefined;

  readAsDataURL(file: Blob): void {
    void file.arrayBuffer().then((bytes) => {
      this.result = `data:image/png;base64,${btoa(String.fromCharCode(...new Uint8Array(bytes)))}`;
      this.onload();
    });
  }
}
