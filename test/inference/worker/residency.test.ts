import { readFileSync } from "node:fs";
import { cp, mkdtemp, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CaptionTask, InferenceClient, MemoryBudget, ServedModel } from "../../../inference/index.ts";
import { listProcesses } from "../../acceptance/support/processes.ts";
import { golden, startTinyInference } from "../../support/tiny-inference.ts";

const image = { bytes: readFileSync(join(golden, "blip/pictures/wide.png")) };
const captioning = join(golden, "blip/captioning-base");
const clipLlama = join(golden, "llava/clip-llama");

const gibibyte = 2 ** 30;

/** Room for so many models of the same size, beside which what their passes take is nothing. */
function roomFor(count: number, models: readonly ServedModel[]): MemoryBudget {
  const need = { weights: gibibyte, keysValues: 0, activations: 0 };
  const needs = new Map(models.map(({ name }) => [name, need]));
  return {
    bytes: (count + 0.5) * gibibyte,
    shared: { process: 0, features: 0 },
    needs,
    pinned: [],
    idleUnloadMs: undefined,
  };
}

function caption(model: string): CaptionTask {
  return { kind: "caption", model, image, options: { maxTokens: 12 } };
}

/** A chat of so many tokens, whose pieces are told. */
function chat(inference: InferenceClient, tokens: number, onProgress: () => void): Promise<{ readonly text: string }> {
  const messages = [{ role: "USER" as const, text: "what is it?", images: [] }];
  const options = { minTokens: tokens, maxTokens: tokens };
  return inference.submit({ kind: "chat", model: "chat", messages, options }, { onProgress, timeoutMs: 120_000 });
}

let folder: string;
let inference: InferenceClient;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "triptych-"));
});
afterEach(async () => {
  await inference.close();
  await rm(folder, { recursive: true });
});

describe("a model that is loaded on demand", () => {
  it("fails those who wait for it if it cannot be loaded, and nobody else", async () => {
    const broken = join(folder, "broken");
    await cp(captioning, broken, { recursive: true });
    const models = [
      { name: "chat", folder: clipLlama },
      { name: "broken", folder: broken },
    ];
    inference = startTinyInference({ models, memory: roomFor(1, models) });
    await inference.ready();
    expect(inference.models().map(({ state }) => state)).toEqual(["READY", "UNLOADED"]);
    await truncate(join(broken, "model.safetensors"), 20_000);
    const failed = expect(inference.submit(caption("broken"))).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringContaining("model.safetensors") as string,
    });
    const alike = chat(inference, 20, () => undefined);
    await failed;
    expect((await alike).text).not.toBe("");
    expect(inference.models().map(({ state }) => state)).toEqual(["READY", "FAILED"]);
    await expect(inference.submit(caption("broken"))).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
  });

  it("is quantised beside what runs, if it must be, and says what it says else", { timeout: 120_000 }, async () => {
    const log: string[] = [];
    startQuantising((message) => log.push(message));
    const expected = await inference.submit(caption("small"));
    const alone = await chat(inference, 300, () => undefined);
    await unloadedAndForgotten();
    let again: ReturnType<typeof inference.submit<CaptionTask>> | undefined;
    const beside = await chat(inference, 300, () => void (again ??= inference.submit(caption("small"))));
    expect(beside.text).toBe(alone.text);
    expect((await again)!.text).toBe(expected.text);
    expect(log.filter((message) => message.startsWith("small is being quantised to int8"))).toHaveLength(2);
    expect(log.filter((message) => message.includes("died"))).toEqual([]);
  });

  it("is loaded by the next worker, if the one that loads it dies", { timeout: 120_000 }, async () => {
    let quantised = 0;
    startQuantising((message) => {
      if (!message.startsWith("small is being quantised")) return;
      quantised += 1;
      if (quantised === 2) process.kill(ownWorker(), "SIGKILL");
    });
    const expected = await inference.submit(caption("small"));
    await unloadedAndForgotten();
    const [again, beside] = await Promise.all([
      inference.submit(caption("small")),
      chat(inference, 20, () => undefined),
    ]);
    expect(again.text).toBe(expected.text);
    expect(beside.text).not.toBe("");
    expect(quantised).toBe(3);
  });
});

/** Beside "chat", which stays, the model "small", which is quantised when it is loaded, and unloaded after a second. */
function startQuantising(log: (message: string) => void): void {
  const models = [
    { name: "chat", folder: clipLlama },
    { name: "small", folder: captioning, dtype: "int8" as const },
  ];
  const memory = { ...roomFor(2, models), pinned: ["chat"], idleUnloadMs: 1_000 };
  inference = startTinyInference({ models, memory, weightCache: join(folder, "weights"), log });
}

/** "small" is to be quantised anew by who asks for it. */
async function unloadedAndForgotten(): Promise<void> {
  await expect.poll(() => inference.models()[1]!.state, { timeout: 30_000 }).toBe("UNLOADED");
  await rm(join(folder, "weights"), { recursive: true });
}

/** The process id of this process's only worker. */
function ownWorker(): number {
  const workers = listProcesses().filter(({ parent, command }) => parent === process.pid && command.includes("worker"));
  expect(workers).toHaveLength(1);
  return workers[0]!.pid;
}

describe("a model for which there is no room while another runs", () => {
  it("is waited for no longer than the deadline; who asked for the other meanwhile goes on then", async () => {
    const models = [
      { name: "chat", folder: clipLlama },
      { name: "other", folder: captioning },
    ];
    inference = startTinyInference({ models, memory: roomFor(1, models) });
    await inference.ready();
    let hasBegun = false;
    const long = new AbortController();
    const messages = [{ role: "USER" as const, text: "what is it?", images: [] }];
    const task = { kind: "chat", model: "chat", messages, options: { minTokens: 400, maxTokens: 400 } } as const;
    const running = Array.from({ length: 8 }, () =>
      inference.submit(task, { signal: long.signal, onProgress: () => (hasBegun = true), timeoutMs: 120_000 }),
    );
    const stopped = Promise.allSettled(running);
    await expect.poll(() => hasBegun, { timeout: 30_000 }).toBe(true);
    const waiting = inference.submit(caption("other"), { timeoutMs: 1 });
    const behind = chat(inference, 5, () => undefined);
    expect(inference.models()[1]).toMatchObject({ state: "LOADING", isOnDemand: true });
    await expect(waiting).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
    expect(inference.models()[1]).toMatchObject({ state: "UNLOADED" });
    expect((await behind).text).not.toBe("");
    long.abort();
    await stopped;
    expect((await inference.submit(caption("other"))).text).not.toBe("");
    expect(inference.models().map(({ state }) => state)).toEqual(["UNLOADED", "READY"]);
  });
});
