import { describe, expect, it } from "vitest";
import { Engine, type EngineEvent } from "../../../inference/engine.ts";
import type { Batch } from "../../../inference/scheduling/batch.ts";
import { FeatureCache } from "../../../inference/scheduling/feature-cache.ts";
import { Scheduler } from "../../../inference/scheduling/scheduler.ts";
import { caption, outputsOf, ScriptedDecoding, vision } from "../scheduling/fake-programs.ts";

const decode = { tag: 7, prompt: 2, say: 3, beams: 1 };
const told = { deadline: Infinity, streams: true };
const untold = { deadline: Infinity, streams: false };

describe("Engine", () => {
  it("tells a beginning and tokens as they come, to those who asked for them, then the end", async () => {
    const { engine, events, idle } = start();
    engine.submit("told", caption("m", "x", decode), told);
    engine.submit("untold", caption("m", "x", decode), untold);
    await idle();
    expect(events).toEqual(["told started, 2 rows", "told +1", "told +1", "told +1", "told ok", "untold ok"]);
  });

  it("goes on after a pass that broke, without those who were in it", async () => {
    const { engine, events, idle, passes } = start({ broken: [0] });
    engine.submit("in it", caption("m", "x", decode), untold);
    engine.submit("not in it", { model: "n", calls: [vision("n", "x")] }, untold);
    await idle();
    expect(events).toEqual(["in it INTERNAL_SERVER_ERROR broken", "not in it ok"]);
    expect(passes).toEqual(["m/vision", "n/vision"]);
  });

  it("takes what comes during a pass after it", async () => {
    const { engine, events, idle, passes } = start({
      during: { 0: () => engine.submit("late", { model: "m", calls: [vision("m", "x")] }, untold) },
    });
    engine.submit("early", { model: "m", calls: [vision("m", "x")] }, untold);
    await idle();
    expect(events).toEqual(["early ok", "late ok"]);
    expect(passes).toEqual(["m/vision"]);
  });

  it("says nothing more of a request that was cancelled", async () => {
    const { engine, events, idle, passes } = start({ during: { 3: () => engine.cancel("a") } });
    engine.submit("a", caption("m", "x", { ...decode, say: 9 }), told);
    await idle();
    expect(events).toEqual(["a started, 2 rows", "a +1", "a +1"]);
    expect(passes).toHaveLength(4);
  });

  it("does not begin what is cancelled at once", async () => {
    const { engine, events, idle, passes } = start();
    engine.submit("a", caption("m", "x", decode), told);
    engine.cancel("a");
    await idle();
    expect([events, passes]).toEqual([[], []]);
  });

  it("finishes a request that is ended with the tokens that were told", async () => {
    const { engine, events, idle } = start({ during: { 3: () => engine.end("a") } });
    engine.submit("a", caption("m", "x", { ...decode, say: 9 }), told);
    await idle();
    expect(events).toEqual(["a started, 2 rows", "a +1", "a +1", "a ok"]);
  });

  it("fails what is too late", async () => {
    const { engine, events, idle } = start();
    engine.submit("a", caption("m", "x", { ...decode, say: 9 }), { deadline: 4, streams: true });
    await idle();
    expect(events).toEqual([
      "a started, 2 rows",
      "a +1",
      "a +1",
      "a DEADLINE_EXCEEDED The request was not done by its deadline, or would not have been.",
    ]);
  });

  it("fails what it does not know", async () => {
    const { engine, events, idle } = start();
    engine.submit("a", caption("nobody", "x", decode), told);
    await idle();
    expect(events).toEqual(["a INTERNAL_SERVER_ERROR No network is named nobody/memory."]);
  });

  it("runs other work between passes, in order", async () => {
    const order: string[] = [];
    const { engine, idle } = start({ during: { 0: () => order.push("pass") } });
    engine.submit("a", { model: "m", calls: [vision("m", "x")] }, untold);
    engine.enqueue(async () => {
      await Promise.resolve();
      order.push("first");
    });
    engine.enqueue(() => void order.push("second"));
    await idle();
    expect(order).toEqual(["first", "second", "pass"]);
  });

  it("does what can wait once no request is there, one piece between two looks at what came", async () => {
    const order: string[] = [];
    const { engine, idle, passes } = start();
    const piece = (name: string, after?: () => void) =>
      engine.enqueueWhenIdle(() => {
        order.push(`${name} after ${passes.length} passes`);
        after?.();
        return Promise.resolve();
      });
    piece("first", () => engine.submit("b", { model: "m", calls: [vision("m", "y")] }, untold));
    piece("second");
    engine.submit("a", { model: "m", calls: [vision("m", "x")] }, untold);
    await idle();
    while (order.length < 2) await idle();
    expect(order).toEqual(["first after 1 passes", "second after 2 passes"]);
  });

  it("wakes for what comes when it is idle, having given its caches back", async () => {
    const { engine, events, idle, gaveBack } = start();
    engine.submit("a", caption("m", "x", decode), untold);
    await idle();
    expect(gaveBack()).toBe(1);
    engine.submit("b", { model: "m", calls: [vision("m", "y")] }, untold);
    await idle();
    expect(events).toEqual(["a ok", "b ok"]);
    expect(gaveBack()).toBe(1);
  });

  it("takes back KV memory that nobody gave back, and says so", async () => {
    const { engine, events, idle } = start({ leaks: [64] });
    engine.submit("a", caption("m", "x", decode), untold);
    await idle();
    engine.submit("b", caption("m", "x", decode), untold);
    await idle();
    expect(events).toEqual(["a ok", "m leaked 64", "b ok"]);
  });

  it("stops after the pass under way", async () => {
    const { engine, events, ended, passes } = start({ during: { 1: () => engine.stop() } });
    engine.submit("a", caption("m", "x", decode), told);
    await ended;
    expect([events, passes]).toEqual([[], ["m/vision", "m/memory"]]);
  });

  it("stops when idle", async () => {
    const { engine, idle, ended } = start();
    await idle();
    engine.stop();
    await ended;
  });
});

interface Options {
  /** Numbers of passes that reject. */
  readonly broken?: readonly number[];
  /** What to do while a pass runs. */
  readonly during?: Readonly<Record<number, () => unknown>>;
  /** Bytes that turn out to be leaked, each time that somebody has run. */
  readonly leaks?: readonly number[];
}

/** An engine that runs, with a clock that counts passes. */
function start({ broken = [], during = {}, leaks = [] }: Options = {}) {
  const [events, passes]: [string[], string[]] = [[], []];
  const leaking = leaks.values();
  let gaveBack = 0;
  const pass = async (batch: Batch): Promise<void> => {
    const number = passes.push(batch.kind === "encoder" ? batch.network : `${batch.model}/decoder`) - 1;
    await Promise.resolve();
    during[number]?.();
    if (broken.includes(number)) throw new Error("broken");
  };
  const engine = new Engine({
    scheduler: newScheduler(),
    runner: {
      encode: (batch) => pass(batch).then(() => batch.items.map(({ call }) => outputsOf(call))),
      prepare: ({ capacity }) => {
        if (capacity.slots === 0) gaveBack += 1;
      },
      decode: pass,
      reclaim: () => (passes.length === 0 ? 0 : (leaking.next().value ?? 0)),
    },
    publish: (event) => void events.push(lineOf(event)),
    onLeak: (model, bytes) => void events.push(`${model} leaked ${bytes}`),
    now: () => passes.length,
  });
  const idle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  return { engine, events, passes, idle, gaveBack: () => gaveBack, ended: engine.run() };
}

function lineOf(event: EngineEvent): string {
  if (event.type === "started") return `${event.id} started, ${event.promptRows} rows`;
  if (event.type === "tokens") return `${event.id} +${event.tokenIds.length}`;
  return "error" in event ? `${event.id} ${event.error.code} ${event.error.message}` : `${event.id} ok`;
}

function newScheduler(): Scheduler {
  const spec = { cached: true, encodesImages: true, maxBatch: 4 };
  return new Scheduler({
    encoders: new Map(["m/vision", "m/memory", "n/vision"].map((network) => [network, spec])),
    decoders: new Map([["m", { maxSequences: 4, maxCachedRows: 100, maxKeptRows: 0, maxRowsPerPass: 16 }]]),
    cache: new FeatureCache(1000),
    startDecoding: (decodeSpec) => new ScriptedDecoding(decodeSpec),
  });
}
