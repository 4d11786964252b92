import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventError, EventLines } from "../../../engines/openai/event-lines.ts";

function dataOf(...parts: readonly (string | Uint8Array)[]): string[] {
  const lines = new EventLines();
  return parts.flatMap((part) => lines.push(typeof part === "string" ? Buffer.from(part) : part));
}

describe("server-sent events", () => {
  it("are what the standard's examples say", () => {
    expect(dataOf("data: YHOO\ndata: +2\ndata: 10\n\n")).toEqual(["YHOO\n+2\n10"]);
    expect(
      dataOf(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"),
    ).toEqual(["first event", "second event", " third event"]);
    expect(dataOf("data\n\ndata\ndata\n\ndata:")).toEqual(["", "\n"]);
    expect(dataOf("event: x\nretry: 3\n\n\n\n:\n\ndatabase: none\n\n")).toEqual([]);
    expect(dataOf("data: a\r\n\r\ndata: b\r", "\n\r\n")).toEqual(["a", "b"]);
  });

  it("are the same wherever the bytes are cut", () => {
    const text = 'data: é€😀\n\n: ping\n\ndata: {"a":1}\r\n\r\ndata: x\ndata: y\n\n';
    const bytes = Buffer.from(text);
    const whole = dataOf(bytes);
    expect(whole).toEqual(["é€😀", '{"a":1}', "x\ny"]);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), bytes.length];
        const parts = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
        expect(dataOf(...parts)).toEqual(whole);
      }),
    );
  });

  it("have an end, or are refused, in time that grows with their bytes alone", () => {
    const part = Buffer.alloc(64, "x");
    const endless = (before: string) => {
      const lines = new EventLines();
      lines.push(Buffer.from(before));
      for (let i = 0; i < 2 ** 15; i++) lines.push(part);
    };
    const startedAt = performance.now();
    expect(() => endless("data: ")).toThrow(EventError);
    expect(() => endless("")).toThrow("a line of more than 1048576 characters");
    const many = Buffer.from(`data: ${"x".repeat(1000)}\n`.repeat(2 ** 11));
    expect(() => new EventLines().push(many)).toThrow("an event of more than 1048576 characters");
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it("that are no UTF-8 are read as far as they go", () => {
    expect(dataOf(Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0xc3, 0x0a, 0x0a]))).toEqual(["\ufffd\ufffd"]);
  });
});
