import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectedNeeds, memoryNeeds, weightBytes } from "../../inference/index.ts";
import { parseBytes } from "../../src/byte-size.ts";
import { memoryOfMachine, planMemory } from "../../src/memory.ts";
import { memoryLimits } from "../../src/worker-config.ts";

const demoLlava = join(import.meta.dirname, "../../checkpoints/demo-llava");
const gibibyte = 2 ** 30;
const config = { pinned: [], idleUnloadMs: undefined };
const limits = memoryLimits({ kvCacheBytes: gibibyte });

describe("what a model needs", () => {
  const { float32, int4 } = memoryNeeds(demoLlava, limits);

  it("is its weights in their type, keys and values for each of its places, and what its passes hold", () => {
    expect(float32.weights).toBe(weightBytes(demoLlava).float32);
    // 64 places of twice 512 positions, half as many kept; two vectors of 64 floats in each of four layers.
    expect(float32.keysValues).toBe(1.5 * 64 * 1024 * (2 * 64 * 4) * 4);
    expect(float32.activations).toBeGreaterThan(0);
    expect(int4.weights).toBe(weightBytes(demoLlava).int4);
    expect(int4.keysValues).toBe(float32.keysValues);
  });

  it("is half as much for keys and values beside quantised weights, where their rows are large", () => {
    const decoder = { layers: 32, heads: 32, headDim: 128, maxPositions: 4096, hasMemory: false };
    const unbounded = { ...limits, kvCacheBytes: Infinity, enoughRows: 2 ** 16 };
    const { float32, int4 } = expectedNeeds({ parameters: 7e9, width: 4096, decoder }, unbounded);
    expect(int4.keysValues).toBe(float32.keysValues / 2);
  });

  it("has no more keys and values than is allowed, and none where nothing is generated", () => {
    const { keysValues } = memoryNeeds(demoLlava, { ...limits, kvCacheBytes: 1_000_000 }).float32;
    expect(keysValues).toBe(1_000_000);
    const retrieval = join(demoLlava, "../demo-blip-retrieval");
    expect(memoryNeeds(retrieval, limits).float32.keysValues).toBe(0);
  });
});

describe("the plan", () => {
  const chosen = [{ name: "demo-llava", folder: demoLlava, dtype: "auto" as const }];

  it("asks for no smaller type where there is room for all of it, with what the worker shares", () => {
    const { float32 } = memoryNeeds(demoLlava, limits);
    const sum = float32.weights + float32.keysValues + float32.activations + (256 + 384) * 2 ** 20;
    expect(planMemory(chosen, { ...config, memoryBytes: sum }, limits).models[0]!.dtype).toBeUndefined();
    expect(planMemory(chosen, { ...config, memoryBytes: sum - 1 }, limits).models[0]!.dtype).toBe("int8");
  });

  it("knows what each model needs, and what would be less", () => {
    const { budget } = planMemory(chosen, { ...config, memoryBytes: 2 * gibibyte }, limits);
    const { float32, int4 } = memoryNeeds(demoLlava, limits);
    expect(budget.needs.get("demo-llava")).toEqual({ ...float32, smaller: { dtype: "int4", need: int4 } });
  });

  it("pins only what is served", () => {
    const plan = () => planMemory(chosen, { ...config, pinned: ["demo-lava"], memoryBytes: gibibyte }, limits);
    expect(plan).toThrow('--pin names "demo-lava", which is not served. Served are demo-llava.');
  });

  it("leaves a broken checkpoint to its worker", () => {
    const models = [{ name: "none", folder: "/none", dtype: "auto" as const }];
    const plan = planMemory(models, { ...config, memoryBytes: gibibyte }, limits);
    expect(plan.models).toEqual([{ name: "none", folder: "/none" }]);
    expect(plan.messages).toEqual([]);
  });
});

describe("memory", () => {
  it.each([
    [16, 16, 12],
    [16, 10, 9],
    [16, 2, 4],
    [16, Infinity, 12],
  ])("of %i GiB with %i free gives %i to the worker", (all, free, expected) => {
    expect(memoryOfMachine(all * gibibyte, free * gibibyte)).toBe(expected * gibibyte);
  });

  it("is there on this machine", () => expect(memoryOfMachine()).toBeGreaterThan(2 ** 28));
});

describe("a size", () => {
  it.each([
    ["12GiB", 12 * gibibyte],
    ["1.5 gib", 1.5 * gibibyte],
    ["800MB", 800e6],
    ["1073741824", gibibyte],
    ["7 KiB", 7168],
  ])("%s is %i bytes", (text, bytes) => expect(parseBytes(text)).toBe(bytes));

  it.each(["", "GiB", "1,5GiB", "-1GB", "12 apples", "1e3"])("“%s” is none", (text) => {
    expect(parseBytes(text)).toBeUndefined();
  });
});
