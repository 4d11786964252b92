import { afterEach, describe, expect, it } from "vitest";
import { JsonLines } from "../../../bench/peers/json-lines.ts";

const started: JsonLines[] = [];
afterEach(() => Promise.all(started.splice(0).map((lines) => lines.end())));

/** A process that runs this script in Node. */
function start(script: string, signal = new AbortController().signal): JsonLines {
  const lines = new JsonLines(process.execPath, ["--input-type=module", "-e", script], { env: process.env, signal });
  started.push(lines);
  return lines;
}

const counting = `
  import { createInterface } from "node:readline";
  console.log(JSON.stringify({ ready: true }));
  for await (const line of createInterface({ input: process.stdin })) {
    const { number, text } = JSON.parse(line);
    if (number === 13) throw new Error("no such number");
    console.log(JSON.stringify({ number: number + 1, text }));
  }`;

describe("a process that is asked by lines of JSON", () => {
  it("answers one after the other", async () => {
    const lines = start(counting);
    expect(await lines.next()).toEqual({ ready: true });
    expect(await lines.ask({ number: 1, text: "first\nlast" })).toEqual({ number: 2, text: "first\nlast" });
    const long = "x".repeat(3e6);
    expect(await Promise.all([lines.ask({ number: 2, text: long }), lines.ask({ number: 3 })])).toEqual([
      { number: 3, text: long },
      { number: 4 },
    ]);
  });

  it("fails with what it complained of if it ends", async () => {
    const lines = start(counting);
    await lines.next();
    await expect(lines.ask({ number: 13 })).rejects.toThrow(/ended with 1:[^]*no such number/);
    await expect(lines.ask({ number: 1 })).rejects.toThrow("no such number");
  });

  it("fails where there is no such command", async () => {
    const { signal } = new AbortController();
    const lines = new JsonLines("no-such-python", [], { env: process.env, signal });
    await expect(lines.ask({})).rejects.toThrow("ENOENT");
    await lines.end();
  });

  it("ends when it is told, and when it is interrupted", async () => {
    const controller = new AbortController();
    const [ending, interrupted] = [start(counting), start("setInterval(() => {}, 1000)", controller.signal)];
    await ending.next();
    await ending.end();
    await expect(ending.next()).rejects.toThrow("ended with 0");
    const answer = interrupted.next();
    controller.abort();
    await expect(answer).rejects.toThrow("aborted");
  });
});
