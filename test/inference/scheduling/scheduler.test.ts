import { describe, expect, it } from "vitest";
import type { Batch } from "../../../inference/scheduling/batch.ts";
import { FeatureCache } from "../../../inference/scheduling/feature-cache.ts";
import type { Program } from "../../../inference/scheduling/program.ts";
import type { Finished, Usage } from "../../../inference/scheduling/request.ts";
import { Scheduler } from "../../../inference/scheduling/scheduler.ts";
import { caption, outputsOf, pair, ScriptedDecoding, vision } from "./fake-programs.ts";

const untimed = { deadline: Infinity, streams: false };
const NOTHING = { requests: 0, calls: 0, slots: 0, keptRows: new Map([["m", 0]]) };
const decode = { tag: 1, prompt: 2, say: 4, beams: 1 };

describe("Scheduler", () => {
  it("says how long a request was computed on, and with how many", () => {
    const scheduler = newScheduler();
    scheduler.add("long", caption("m", "x", decode), untimed);
    scheduler.add("short", caption("m", "y", { ...decode, say: 2 }), untimed);
    const usages = usagesOf(run(scheduler, 10));
    expect(usages.long).toMatchObject({
      encodeMs: 20,
      decodeMs: 40,
      deviceMs: 40,
      encodeBatch: 2,
      decodeBatch: 1.5,
      imageCacheHit: false,
      promptRows: 2,
      reusedRows: 0,
    });
    expect(usages.short).toMatchObject({
      encodeMs: 20,
      decodeMs: 20,
      deviceMs: 20,
      encodeBatch: 2,
      decodeBatch: 2,
      imageCacheHit: false,
      promptRows: 2,
      reusedRows: 0,
    });
  });

  it("says which passes a request was in, and when: those of a sequence until its first token, and those after it", () => {
    const scheduler = newScheduler();
    scheduler.add("long", caption("m", "x", decode), untimed);
    scheduler.add("short", caption("m", "y", { ...decode, say: 2 }), untimed);
    const { long, short } = usagesOf(run(scheduler, 10, (pass) => 100 * pass));
    const once = (kind: string, network: string, pass: number): object => {
      const [startedAt, endedAt] = [100 * pass, 100 * pass + 10];
      return { kind, network, batch: 2, passes: 1, firstPass: pass, lastPass: pass, startedAt, endedAt };
    };
    const before = [once("encode", "vision", 1), once("encode", "memory", 2), once("prefill", "decoder", 3)];
    const decoded = { ...once("decode", "decoder", 4), passes: 3, lastPass: 6, endedAt: 610 };
    expect(short!.stages).toEqual([...before, once("decode", "decoder", 4)]);
    expect(long!.stages).toEqual([...before, { ...decoded, batch: expect.closeTo(4 / 3) as number }]);
  });

  it("counts a pass in parts as one, which is over with its last part", () => {
    const scheduler = newScheduler();
    scheduler.add("a", { model: "m", calls: [vision("m", "x")] }, untimed);
    const batch = scheduler.next(50)!;
    if (batch.kind !== "encoder") throw new Error("a picture is encoded");
    scheduler.paused(batch, 5);
    expect(scheduler.next(80)).toBe(batch);
    scheduler.encoded(batch, [outputsOf(batch.items[0]!.call)], 7);
    const { a } = usagesOf(scheduler.takeFinished());
    expect(a!.stages).toMatchObject([{ firstPass: 1, lastPass: 1, passes: 1, startedAt: 50, endedAt: 87 }]);
    expect(a!.encodeMs).toBe(12);
  });

  it("tells a cache hit from a picture that was encoded, and from no picture", () => {
    const scheduler = newScheduler();
    scheduler.add("miss", { model: "m", calls: [vision("m", "x")] }, untimed);
    scheduler.add("shared", { model: "m", calls: [vision("m", "x")] }, untimed);
    const first = usagesOf(run(scheduler, 1));
    scheduler.add("hit", { model: "m", calls: [vision("m", "x")] }, untimed);
    scheduler.add("hit too", { model: "m", calls: [pair("m", "x", "t")] }, untimed);
    scheduler.add("one of two", { model: "m", calls: [vision("m", "x"), vision("m", "y")] }, untimed);
    scheduler.add("text", { model: "m", calls: [{ network: "m/text", key: "t", inputs: {} }] }, untimed);
    const hits = { ...first, ...usagesOf(run(scheduler, 1)) };
    const found = Object.keys(hits).filter((id) => hits[id]!.imageCacheHit);
    expect(found.sort()).toEqual(["hit", "hit too"]);
    expect(hits.hit).toMatchObject({ encodeMs: 0, decodeMs: 0, encodeBatch: 0, decodeBatch: 0, imageCacheHit: true });
  });

  it("gives its figures by model", () => {
    const scheduler = newScheduler();
    scheduler.add("a", caption("m", "x", decode), untimed);
    scheduler.add("b", caption("m", "y", decode), untimed);
    expect(scheduler.view("m")).toMatchObject({ requests: 2, running: 0, encodedImages: 0, decodedTokens: 0 });
    run(scheduler, 1);
    const { encoders, decoder, passes, ...rest } = scheduler.view("m");
    expect(rest).toMatchObject({ requests: 0, running: 0, encodedImages: 2, decodedTokens: 8, reusedRows: 0 });
    const memory = encoders.find(({ network }) => network === "memory");
    expect(memory?.stats).toMatchObject({ passes: 1, items: 2, meanBatch: 2 });
    const counted = passes.map(({ network, kind, stats }) => [network, kind, stats.sizes.view.sum, stats.passes]);
    expect(counted).toContainEqual(["memory", "encode", 2, 1]);
    expect(counted).toContainEqual(["decoder", "step", 8, 4]);
    expect(counted).toContainEqual(["decoder", "chunk", 0, 0]);
    expect(decoder).toMatchObject({ passes: 4, items: 8, meanBatch: 2 });
    expect(scheduler.view("embedder")).toMatchObject({ requests: 0, decoder: undefined });
  });

  it.each([
    ["a network that is not there", { model: "m", calls: [{ network: "m/nothing", key: "x", inputs: {} }] }],
    ["a call that reads one", { model: "m", calls: [vision("m", "x"), pair("other", "x", "t")] }],
    ["a decoder that is not there", caption("embedder", "x", decode)],
  ])("refuses %s, and holds nothing of it", (_, program: Program) => {
    const scheduler = newScheduler();
    scheduler.add("a", program, untimed);
    expect(scheduler.takeFinished()).toMatchObject([{ id: "a", error: { code: "INTERNAL_SERVER_ERROR" } }]);
    expect(scheduler.held).toEqual(NOTHING);
    expect(scheduler.next(0)).toBeUndefined();
  });

  it("fails only the request whose decoding cannot go on", () => {
    const scheduler = newScheduler();
    scheduler.add("good", caption("m", "x", decode), untimed);
    scheduler.add("bad", caption("m", "x", { ...decode, tag: 13 }), untimed);
    const ends = run(scheduler, 1).map((finished) => [
      finished.id,
      "error" in finished ? finished.error.message : "ok",
    ]);
    expect(ends).toEqual([
      ["bad", "unlucky"],
      ["good", "ok"],
    ]);
    expect(scheduler.held).toEqual(NOTHING);
  });

  it("cancels, ends and fails nobody in particular without a word", () => {
    const scheduler = newScheduler();
    scheduler.cancel("nobody");
    scheduler.end("nobody");
    expect(scheduler.takeFinished()).toEqual([]);
  });
});

/** Cannot go on after its first token, if that is 13. */
class UnluckyDecoding extends ScriptedDecoding {
  override advance(): void {
    super.advance();
    if (this.tokenIds[0] === 13) throw new Error("unlucky");
  }
}

function newScheduler(): Scheduler {
  const networks = ["vision", "text", "memory", "pair"].flatMap((name) => [`m/${name}`, `embedder/${name}`]);
  return new Scheduler({
    encoders: new Map(
      networks.map((network) => {
        const encodesImages = network.endsWith("vision");
        return [network, { cached: encodesImages, encodesImages, maxBatch: 4 }];
      }),
    ),
    decoders: new Map([["m", { maxSequences: 4, maxCachedRows: 100, maxKeptRows: 0, maxRowsPerPass: 16 }]]),
    cache: new FeatureCache(1000),
    startDecoding: (spec) => new UnluckyDecoding(spec),
  });
}

/** Runs all passes; `at` says when a pass begins by its number. */
function run(scheduler: Scheduler, ms: number, at: (pass: number) => number = () => 0): Finished[] {
  for (let pass = 1; ; pass++) {
    const batch = scheduler.next(at(pass));
    if (batch === undefined) return scheduler.takeFinished();
    handBack(scheduler, batch, ms);
  }
}

function handBack(scheduler: Scheduler, batch: Batch, ms: number): void {
  if (batch.kind === "decoder") scheduler.decoded(batch, ms);
  else
    scheduler.encoded(
      batch,
      batch.items.map(({ call }) => outputsOf(call)),
      ms,
    );
}

function usagesOf(ends: readonly Finished[]): Record<string, Usage> {
  return Object.fromEntries(ends.flatMap((finished) => ("usage" in finished ? [[finished.id, finished.usage]] : [])));
}
