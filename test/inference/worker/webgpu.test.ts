import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { CaptionTask, DeviceChoice, InferenceClient, ServedModel } from "../../../inference/index.ts";
import { target } from "../../support/device.ts";
import { golden, startTinyInference } from "../../support/tiny-inference.ts";

const model = { name: "captioning-base", folder: join(golden, "blip/captioning-base") };
const captions = ["wide.png", "tiny.png", "gray.png"].map((picture): CaptionTask => {
  const image = { bytes: readFileSync(join(golden, "blip/pictures", picture)) };
  return { kind: "caption", model: "captioning-base", image, options: { maxTokens: 8 } };
});

/** What the adapter computes in, as the project's driver can; and what is said of one that cannot in float16. */
const { dtype } = target;
const NO_FLOAT16 = "its adapter does not know it (shader-f16)";

describe.skipIf(target.device === "cpu")("a worker on WebGPU", () => {
  const log: string[] = [];
  let started: InferenceClient[] = [];

  function begin(device: DeviceChoice, models: readonly ServedModel[] = [model]): InferenceClient {
    const inference = startTinyInference({ models, device, timeoutMs: 200_000, log: (message) => log.push(message) });
    started.push(inference);
    return inference;
  }

  async function start(device: DeviceChoice, models?: readonly ServedModel[]): Promise<InferenceClient> {
    const inference = begin(device, models);
    await inference.ready();
    return inference;
  }

  afterEach(async () => {
    await Promise.all(started.map((inference) => inference.close()));
    started = [];
    log.length = 0;
  });

  it("says what it says on the CPU, after it has checked its attention", async () => {
    const [cpu, webgpu] = [await start("cpu"), await start("webgpu")];
    expect(log).toEqual([
      expect.stringContaining("own attention comes out wrong on this adapter"),
      ...(dtype === "float32" ? [`Models are served in float32, not float16: ${NO_FLOAT16}.`] : []),
    ]);
    expect(webgpu.models()).toMatchObject([{ device: "webgpu", dtype, state: "READY" }]);
    expect((await webgpu.scheduler()).devices).toMatchObject([{ id: "webgpu", kind: "webgpu", state: "ready" }]);
    const [said, expected] = await Promise.all(
      [webgpu, cpu].map((inference) => Promise.all(captions.map((task) => inference.submit(task)))),
    );
    expect(said!.map(({ text }) => text)).toEqual(expected!.map(({ text }) => text));
    expect(Math.max(...said!.map(({ timing }) => timing.decodeBatch))).toBeGreaterThan(1);
  });

  it("is refused without a driver, and left for the CPU where that may be", async () => {
    const driver = process.env.VK_ICD_FILENAMES;
    process.env.VK_ICD_FILENAMES = process.env.VK_DRIVER_FILES = "/nonexistent";
    const [refused, left] = [await start("webgpu"), await start("auto")];
    process.env.VK_ICD_FILENAMES = process.env.VK_DRIVER_FILES = driver;
    const reason = "WebGPU cannot be used: there is no GPU with a driver for it";
    for (const { state, failure } of refused.models()) {
      expect(state).toBe("FAILED");
      expect(failure).toMatch(new RegExp(`^${reason} .*Without it: --device cpu\\.$`));
    }
    await expect(refused.submit(captions[0]!)).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
    expect(left.models()).toMatchObject([{ device: "cpu", dtype: "float32", state: "READY" }]);
    expect(log.some((line) => line.startsWith("WebGPU is not used: there is no GPU"))).toBe(true);
    await expect(left.submit(captions[0]!)).resolves.toHaveProperty("text");
  });

  it("serves a model in the type that is asked for, or says why not", async () => {
    const asked = (["float32", "float16"] as const).map((dtype) => ({ ...model, name: dtype, dtype }));
    const [exact, half] = (await start("webgpu", asked)).models();
    expect(exact).toMatchObject({ device: "webgpu", dtype: "float32", state: "READY" });
    const refused = { state: "FAILED", failure: `it cannot be served in float16: ${NO_FLOAT16}.` };
    expect(half).toMatchObject(dtype === "float16" ? { dtype, state: "READY" } : refused);
  });

  it("is left for the CPU where a worker died over it", async () => {
    const inference = begin("auto");
    await vi.waitUntil(() => inference.workerPid !== undefined);
    process.kill(inference.workerPid!, "SIGKILL");
    await inference.ready();
    expect(log).toContain("It died before it had chosen its device: the next one runs on the CPU.");
    expect(inference.models().map(({ device, state }) => [device, state])).toEqual([["cpu", "READY"]]);
  });
});
