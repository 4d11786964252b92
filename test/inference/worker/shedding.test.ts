import { describe, expect, it } from "vitest";
import { Engine, type EngineEvent } from "../../../inference/engine.ts";
import { isOutOfMemory } from "../../../inference/runtime/out-of-memory.ts";
import type { Batch } from "../../../inference/scheduling/batch.ts";
import { FeatureCache } from "../../../inference/scheduling/feature-cache.ts";
import { Scheduler } from "../../../inference/scheduling/scheduler.ts";
import { sheddingRunner } from "../../../inference/worker/shedding.ts";
import { caption, outputsOf, ScriptedDecoding, vision } from "../scheduling/fake-programs.ts";

const decode = { tag: 7, prompt: 2, say: 2, beams: 1 };
const untold = { deadline: Infinity, streams: false };
const noMemory = new Error("bad_alloc");

describe("a pass for which there is no memory", () => {
  it("of an encoder is tried again by halves, once there is room", async () => {
    const { engine, lines, idle } = start({ 0: noMemory });
    for (const picture of ["x", "y", "z"])
      engine.submit(picture, { model: "m", calls: [vision("m", picture)] }, untold);
    await idle();
    expect(lines).toEqual(["m/vision ×3 bad_alloc", "made room", "m/vision ×2", "m/vision ×1", "x ok", "y ok", "z ok"]);
  });

  it("of a decoder is tried again", async () => {
    const { engine, lines, idle } = start({ 2: new RangeError("Array buffer allocation failed") });
    engine.submit("a", caption("m", "x", decode), untold);
    await idle();
    expect(lines.slice(2)).toEqual([
      "m/decoder ×1 Array buffer allocation failed",
      "made room",
      "m/decoder ×1",
      "m/decoder ×1",
      "a ok",
    ]);
  });

  it.each([
    ["encoder", 0, 1],
    ["decoder", 2, 3],
  ])("fails those who are in it where it fails again, an %s's too, and nobody else", async (_, first, again) => {
    const { engine, lines, idle } = start({ [first]: noMemory, [again]: noMemory });
    engine.submit("in it", caption("m", "x", decode), untold);
    await idle();
    engine.submit("later", caption("m", "x", decode), untold);
    await idle();
    const ends = lines.filter((line) => line.startsWith("in it") || line.startsWith("later"));
    expect(ends).toEqual(["in it OVERLOADED after 1000 ms", "later ok"]);
    expect(lines.filter((line) => line === "made room")).toHaveLength(1);
  });

  it("is not tried again for another reason", async () => {
    const { engine, lines, idle } = start({ 0: new Error("broken") });
    engine.submit("a", caption("m", "x", decode), untold);
    await idle();
    expect(lines).toEqual(["m/vision ×1 broken", "a INTERNAL_SERVER_ERROR after undefined ms"]);
  });
});

it("a cache that cannot grow fails those who count on it, and the others go on with the room that is made", async () => {
  const { engine, lines, idle } = start({}, { cannotGrow: 1 });
  engine.submit("a", caption("m", "x", decode), untold);
  await idle();
  engine.submit("b", caption("m", "x", decode), untold);
  await idle();
  expect(lines.filter((line) => /^(a |b |made)/.test(line))).toEqual([
    "made room",
    "a OVERLOADED after 1000 ms",
    "b ok",
  ]);
});

describe("out of memory", () => {
  it.each([
    "Non-zero status code returned while running MatMul node. Failed to allocate memory for requested buffer of size 9",
    "std::bad_alloc",
    "Array buffer allocation failed",
    "CUDA failure 2: out of memory",
  ])("is what says %j, also as a cause", (message) => {
    expect(isOutOfMemory(new Error(message))).toBe(true);
    expect(isOutOfMemory(new Error("outer", { cause: new RangeError(message) }))).toBe(true);
  });

  it("is nothing else", () => {
    for (const other of [
      new Error("Invalid input name"),
      new RangeError("Invalid array length"),
      "bad_alloc",
      undefined,
    ])
      expect(isOutOfMemory(other)).toBe(false);
  });
});

/** An engine on a clock that counts passes; those with these numbers reject. What happened, in order. */
function start(failing: Readonly<Record<number, Error>>, { cannotGrow = 0 } = {}) {
  const lines: string[] = [];
  let passes = 0;
  let growths = 0;
  const pass = async (batch: Batch): Promise<void> => {
    await Promise.resolve();
    const error = failing[passes++];
    const name =
      batch.kind === "encoder"
        ? `${batch.network} ×${batch.items.length}`
        : `${batch.model}/decoder ×${batch.entries.length}`;
    lines.push(error === undefined ? name : `${name} ${error.message}`);
    if (error !== undefined) throw error;
  };
  const runner = {
    encode: (batch) => pass(batch).then(() => batch.items.map(({ call }) => outputsOf(call))),
    prepare: ({ capacity }) => {
      if (capacity.slots > 0 && growths++ < cannotGrow) throw new RangeError("Array buffer allocation failed");
    },
    decode: pass,
    reclaim: () => 0,
  } satisfies ConstructorParameters<typeof Engine>[0]["runner"];
  const engine = new Engine({
    scheduler: newScheduler(),
    runner: sheddingRunner(runner, () => void lines.push("made room")),
    publish: (event) => void lines.push(lineOf(event)),
    onLeak: (model, bytes) => void lines.push(`${model} leaked ${bytes}`),
    now: () => passes,
  });
  void engine.run();
  return { engine, lines, idle: (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5)) };
}

function lineOf(event: EngineEvent): string {
  if (event.type !== "finished") return event.type;
  return "error" in event ? `${event.id} ${event.error.code} after ${event.error.retryAfterMs} ms` : `${event.id} ok`;
}

function newScheduler(): Scheduler {
  const spec = { cached: true, encodesImages: true, maxBatch: 4 };
  return new Scheduler({
    encoders: new Map(["m/vision", "m/memory"].map((network) => [network, spec])),
    decoders: new Map([["m", { maxSequences: 4, maxCachedRows: 100, maxKeptRows: 0, maxRowsPerPass: 16 }]]),
    cache: new FeatureCache(1000),
    startDecoding: (decodeSpec) => new ScriptedDecoding(decodeSpec),
  });
}
