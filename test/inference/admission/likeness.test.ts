import { describe, expect, it } from "vitest";
import { likenessOf } from "../../../inference/admission/likeness.ts";
import type { Task } from "../../../inference/task.ts";

const bytes = Uint8Array.from({ length: 10_000 }, (_, i) => (i * 37) % 256);

function caption(picture: Uint8Array): Task {
  return { kind: "caption", model: "m", image: { bytes: picture }, options: {} };
}

function answer(question: string): Task {
  return { kind: "answer", model: "m", image: { bytes }, question, options: {} };
}

/** The same bytes, as part of other memory. */
function copyOf(picture: Uint8Array): Uint8Array {
  return Uint8Array.from([1, 2, 3, ...picture, 4]).subarray(3, 3 + picture.length);
}

describe("the likeness of a task", () => {
  it("is that of an equal one", () => {
    expect(likenessOf(caption(copyOf(bytes)))).toBe(likenessOf(caption(bytes)));
    expect(likenessOf(answer("what is it?"))).toBe(likenessOf(answer("what is it?")));
  });

  it("is another one's of pictures that are longer, or differ in their first or last bytes", () => {
    const [longer, first, last] = [Uint8Array.from([...bytes, 0]), copyOf(bytes), copyOf(bytes)];
    first[3]! ^= 1;
    last[last.length - 1]! ^= 1;
    const all = [bytes, longer, first, last].map((picture) => likenessOf(caption(picture)));
    expect(new Set(all).size).toBe(4);
  });

  it("is another one's of other questions, files and last messages", () => {
    const chat = (...texts: readonly string[]): Task => {
      const messages = texts.map((text) => ({ role: "USER" as const, text, images: [] }));
      return { kind: "chat", model: "m", messages, options: {} };
    };
    const file = (sha256: string): Task => ({ kind: "shrink", image: { file: "x.png", sha256 }, side: 8 });
    const tasks = [
      answer("what?"),
      answer("who?"),
      file("a"),
      file("b"),
      chat("hello", "what?!"),
      chat("hello", "who?!"),
    ];
    expect(new Set(tasks.map(likenessOf)).size).toBe(tasks.length);
  });

  it("is short, also of what is long, and there of the smallest pictures", () => {
    expect(likenessOf(caption(new Uint8Array(5_000_000))).length).toBeLessThan(200);
    expect(likenessOf(answer("why? ".repeat(10_000))).length).toBeLessThan(300);
    expect(likenessOf(caption(Uint8Array.of(7)))).not.toBe(likenessOf(caption(Uint8Array.of(8))));
    expect(likenessOf(caption(new Uint8Array()))).toBe(likenessOf(caption(new Uint8Array())));
  });
});
