import { readFileSync } from "node:fs";
import { cp, truncate } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { CaptionTask, InferenceClient, MatchTask } from "../../../inference/index.ts";
import { AT_ONCE_MS } from "../../../inference/worker/tasks.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { golden, startTinyInference, tinyModels } from "../../support/tiny-inference.ts";

const pictures = join(golden, "blip/pictures");
const wide = { bytes: readFileSync(join(pictures, "wide.png")) };

function caption(bytes: Uint8Array, prompt?: string): CaptionTask {
  const base = { kind: "caption", model: "captioning-base", image: { bytes }, options: { maxTokens: 12 } } as const;
  return prompt === undefined ? base : { ...base, prompt };
}

describe("a worker over tiny checkpoints", () => {
  let inference: InferenceClient;
  beforeAll(async () => {
    inference = startTinyInference();
    await inference.ready();
  });
  afterAll(() => inference.close());

  it("shows its models as ready, with what they are", () => {
    expect(inference.models().map(({ name, state, tasks }) => [name, state, tasks])).toEqual([
      ["captioning-base", "READY", ["CAPTION"]],
      ["vqa-base", "READY", ["VQA"]],
      ["retrieval-base", "READY", ["MATCH", "EMBED"]],
    ]);
    for (const model of inference.models()) expect(model.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it("gives 32 captions at once what each gets alone, in batches", async () => {
    const files = ["wide.png", "tiny.png", "gray.png", "palette.png", "alpha.png", "rotated.jpg", "profile.jpg"];
    const tasks = Array.from({ length: 32 }, (_, i) => caption(readFileSync(join(pictures, files[i % files.length]!))));
    const alone: string[] = [];
    for (const task of tasks.slice(0, files.length)) alone.push((await inference.submit(task)).text);
    await delay(AT_ONCE_MS);
    const together = await Promise.all(tasks.map((task) => inference.submit(task)));
    expect(together.map(({ text }) => text)).toEqual(tasks.map((_, i) => alone[i % files.length]));
    expect(Math.max(...together.map(({ timing }) => timing.decodeBatch))).toBeGreaterThan(4);
    expect(together.every(({ timing }) => timing.imageCacheHit)).toBe(true);
  });

  it("tells that its process is silent while it is stopped, with what it told last, and goes on", async () => {
    const stateOf = async (): Promise<string> => (await inference.scheduler()).devices[0]!.state;
    expect(await stateOf()).toBe("ready");
    process.kill(inference.workerPid!, "SIGSTOP");
    await vi.waitUntil(async () => (await stateOf()) === "silent", { timeout: 10_000 });
    expect((await inference.scheduler()).devices[0]!.models.map(({ model }) => model)).toContain("captioning-base");
    process.kill(inference.workerPid!, "SIGCONT");
    await vi.waitUntil(async () => (await stateOf()) === "ready", { timeout: 10_000 });
    await inference.submit(caption(wide.bytes));
  });

  it("ends before a stop string", async () => {
    const whole = await inference.submit(caption(wide.bytes));
    const word = whole.text.split(" ")[2]!;
    const cut = await inference.submit({ ...caption(wide.bytes), options: { maxTokens: 12, stop: [` ${word}`] } });
    expect(whole.text.startsWith(cut.text)).toBe(true);
    expect(cut.text).not.toContain(` ${word}`);
    expect(cut.finishReason).toBe("STOP");
  });

  it("says what a model cannot do, and which models there are", async () => {
    await expect(inference.submit({ ...caption(wide.bytes), model: "vqa-base" })).rejects.toMatchObject({
      code: "UNSUPPORTED_TASK",
      message: expect.stringContaining("answer") as string,
    });
    await expect(inference.submit({ ...caption(wide.bytes), model: "nobody" })).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringContaining("captioning-base") as string,
    });
  });

  it("fails what is not a picture, and serves the next", async () => {
    await expect(inference.submit(caption(Buffer.from("hello")))).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
    await expect(inference.submit(caption(wide.bytes.subarray(0, 300)))).rejects.toMatchObject({
      code: "IMAGE_UNREADABLE",
    });
    await expect(inference.submit(caption(new Uint8Array()))).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
    await expect(inference.submit(caption(wide.bytes))).resolves.toHaveProperty("text");
  });

  it("drops a request whose caller has left, and one past its deadline", async () => {
    const controller = new AbortController();
    const aborted = inference.submit(caption(wide.bytes), { signal: controller.signal });
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: "CANCELLED" });
    await expect(inference.submit(caption(wide.bytes, "a"), { timeoutMs: 0 })).rejects.toMatchObject({
      code: "DEADLINE_EXCEEDED",
    });
    // A cancellation is taken between two passes.
    await expect.poll(() => numHeld(inference)).toBe(0);
  });

  it("follows a vector space, and says when its copy is behind", async () => {
    const space = "unit vectors";
    const search = { kind: "indexSearch", space, at: 3, query: Float32Array.of(1, 0), vectors: 1, k: 2 } as const;
    expect(await inference.submit(search)).toEqual({ stale: true, at: 0 });
    const vectors = Float32Array.of(1, 0, 0, 1, 0.6, 0.8);
    const apply = { kind: "indexApply", space, from: 0, to: 3, removed: [], added: [7, 8, 9], vectors } as const;
    expect(await inference.submit(apply)).toEqual({ at: 3 });
    const found = await inference.submit(search);
    expect(found).toMatchObject({ stale: false, ids: [7, 9] });
  });
});

describe("a worker that is killed", () => {
  it("under load: each request answers or fails with a code, the next succeed, one worker is left", async () => {
    const inference = startTinyInference();
    await inference.ready();
    const expected = (await inference.submit(caption(wide.bytes))).text;
    const first = inference.workerPid!;
    const load = Array.from({ length: 60 }, () => inference.submit(caption(wide.bytes)));
    const kill = setTimeout(() => process.kill(first, "SIGKILL"), 5);
    const settled = await Promise.allSettled(load);
    clearTimeout(kill);
    for (const outcome of settled) {
      if (outcome.status === "fulfilled") expect(outcome.value.text).toBe(expected);
      else expect(outcome.reason).toHaveProperty("code");
    }
    expect((await inference.submit(caption(wide.bytes))).text).toBe(expected);
    expect(inference.workerPid).not.toBe(first);
    expect(isAlive(first)).toBe(false);
    const second = inference.workerPid!;
    await inference.close();
    expect(isAlive(second)).toBe(false);
    expect(inference.numOutstanding).toBe(0);
  });

  it("twice over the same request: it fails and names the cause, an equal one is refused, others are not", async () => {
    const inference = startTinyInference();
    const request = inference.submit(caption(wide.bytes));
    const outcome = expect(request).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
    let killed = 0;
    const killer = setInterval(() => {
      if (inference.workerPid === undefined || killed === inference.workerPid) return;
      killed = inference.workerPid;
      process.kill(killed, "SIGKILL");
    }, 5);
    await outcome;
    clearInterval(killer);
    await expect(inference.submit(caption(Buffer.from(wide.bytes)))).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringContaining("died over this same request") as string,
      retryAfterMs: expect.closeTo(600_000, -5) as number,
    });
    await expect(inference.submit(caption(wide.bytes, "a"))).resolves.toHaveProperty("text");
    await inference.close();
  });
});

describe("limits", () => {
  it("refuses at once what is more than it takes, and says when to come back", async () => {
    const inference = startTinyInference({ maxRequests: 3 });
    const load = Array.from({ length: 5 }, () => inference.submit(caption(wide.bytes)));
    const settled = await Promise.allSettled(load);
    expect(settled.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "rejected",
      "rejected",
    ]);
    expect(settled[4]).toMatchObject({ reason: { code: "OVERLOADED", retryAfterMs: expect.any(Number) as number } });
    await inference.close();
  });

  it("shows a broken checkpoint as failed, with the file and tensor, and serves the others", async () => {
    const broken = temporaryFolder("broken");
    await cp(tinyModels[0]!.folder, broken, { recursive: true });
    await truncate(join(broken, "model.safetensors"), 20_000);
    const log: string[] = [];
    const models = [{ name: "broken", folder: broken }, tinyModels[2]!];
    const inference = startTinyInference({ models, log: (message) => log.push(message) });
    await inference.ready();
    expect(inference.models().map(({ state }) => state)).toEqual(["FAILED", "READY"]);
    await expect(inference.submit({ ...caption(wide.bytes), model: "broken" })).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringContaining("model.safetensors") as string,
    });
    expect(log.join()).toContain("model.safetensors");
    const match: MatchTask = { kind: "match", model: "retrieval-base", image: wide, text: "a dog" };
    await expect(inference.submit(match)).resolves.toHaveProperty("probability");
    await inference.close();
  });
});

/** Requests that the worker's scheduler holds. */
async function numHeld(inference: InferenceClient): Promise<number> {
  const { devices } = await inference.scheduler();
  return devices[0]!.models.reduce((sum, { queued, running }) => sum + queued + running, 0);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
