import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CaptionTask, ChatProgress, ChatTask, InferenceClient } from "../../../inference/index.ts";
import { isAlive } from "../../acceptance/support/processes.ts";
import { golden, startTinyInference, tinyModels } from "../../support/tiny-inference.ts";

const passTimeoutMs = 400;
const models = [tinyModels[0]!, { name: "clip-llama", folder: join(golden, "llava/clip-llama") }];
const wide = { bytes: readFileSync(join(golden, "blip/pictures/wide.png")) };
const square = { bytes: readFileSync(join(golden, "llava/pictures/square.png")) };

const folder = mkdtempSync(join(tmpdir(), "hanging-"));
const file = join(folder, "hang");
const preload = `--import ${new URL("../../../bench/faults/hanging.js", import.meta.url).href}`;

/** The compute thread of a worker hangs in its next call of this kind. */
function hang(call: "run" | "create"): void {
  writeFileSync(file, call);
}

beforeAll(() => void Object.assign(process.env, { HANG_FILE: file, NODE_OPTIONS: preload }));
afterAll(() => {
  delete process.env.HANG_FILE;
  delete process.env.NODE_OPTIONS;
  rmSync(folder, { recursive: true });
});

function start(log: string[]): InferenceClient {
  return startTinyInference({ models, passTimeoutMs, log: (message) => void log.push(message) });
}

it("a compute thread that hangs in a pass is replaced: its chat goes on with the same text, others are answered", async () => {
  const log: string[] = [];
  const inference = start(log);
  const messages = [{ role: "USER", text: "what is it?", images: [square] }] as const;
  const options = { minTokens: 60, maxTokens: 60, temperature: 1, seed: 7 };
  const task: ChatTask = { kind: "chat", model: "clip-llama", messages, options };
  const caption: CaptionTask = { kind: "caption", model: "captioning-base", image: wide, options: { maxTokens: 12 } };
  const expected = [(await inference.submit(task)).text, (await inference.submit(caption)).text];
  const first = inference.workerPid!;
  let text = "";
  let other: Promise<{ readonly text: string }> | undefined;
  const onProgress = (progress: ChatProgress): void => {
    if (progress.type !== "delta") return;
    text += progress.text;
    if (other !== undefined) return;
    hang("run");
    other = inference.submit(caption);
  };
  const chat = await inference.submit(task, { onProgress });
  expect([chat.text, (await other!).text]).toEqual(expected);
  expect(text).toBe(chat.text);
  expect([existsSync(file), isAlive(first)]).toEqual([false, false]);
  const pass = "a pass of [a-z-]+/[a-z]+ \\((items: 1|rows: 1, sequences: 1)\\)";
  expect(log.join("\n")).toMatch(new RegExp(`The compute thread has been running for 0.1 s: ${pass}`));
  expect(log.join("\n")).toMatch(new RegExp(`The inference worker died \\(hung for 0.4 s: ${pass}\\); another`));
  await inference.close();
});

it("a worker that hangs while it loads a network is replaced after five times as long", async () => {
  const log: string[] = [];
  hang("create");
  const started = performance.now();
  const inference = start(log);
  await inference.ready();
  expect(performance.now() - started).toBeGreaterThan(5 * passTimeoutMs);
  expect(inference.models().map(({ state }) => state)).toEqual(["READY", "READY"]);
  expect(log.join("\n")).toContain("died (hung for 2 s: a step of loading a model)");
  await inference.close();
});
