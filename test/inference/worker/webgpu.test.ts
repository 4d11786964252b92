import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { CaptionTask, ChatTask, DeviceChoice, InferenceClient } from "../../../inference/index.ts";
import { softwareVulkan } from "../../support/software-vulkan.ts";
import { golden, startTinyInference } from "../../support/tiny-inference.ts";

const models = ["blip/captioning-base", "llava/siglip-qwen2"].map((path) => ({
  name: path.split("/")[1]!,
  folder: join(golden, path),
}));
const image = { bytes: readFileSync(join(golden, "blip/pictures/wide.png")) };
const caption: CaptionTask = { kind: "caption", model: "captioning-base", image, options: { maxTokens: 8 } };
const messages = [{ role: "USER", text: "what is this?", images: [image] }] as const;
const chat: ChatTask = { kind: "chat", model: "siglip-qwen2", messages, options: { maxTokens: 8 } };

const vulkan = softwareVulkan();
const skipped = "missing" in vulkan ? ` (skipped: ${vulkan.missing})` : "";

describe.skipIf("missing" in vulkan)(`a worker on WebGPU${skipped}`, () => {
  const log: string[] = [];
  let started: InferenceClient[] = [];

  async function start(device: DeviceChoice): Promise<InferenceClient> {
    const inference = startTinyInference({ models, device, log: (message) => log.push(message) });
    started.push(inference);
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
    expect(log).toEqual([expect.stringContaining("own attention comes out wrong on this adapter")]);
    expect(webgpu.models().map(({ device, state }) => [device, state])).toEqual(models.map(() => ["webgpu", "READY"]));
    expect((await webgpu.scheduler()).devices).toMatchObject([{ id: "webgpu", kind: "webgpu", state: "ready" }]);
    for (const task of [caption, chat]) {
      expect((await webgpu.submit(task)).text).toBe((await cpu.submit(task)).text);
    }
  }, 60_000);

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
    await expect(refused.submit(caption)).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
    expect(left.models().map(({ device, state }) => [device, state])).toEqual(models.map(() => ["cpu", "READY"]));
    expect(log.some((line) => line.startsWith("WebGPU is not used: there is no GPU"))).toBe(true);
    await expect(left.submit(caption)).resolves.toHaveProperty("text");
  });
});
