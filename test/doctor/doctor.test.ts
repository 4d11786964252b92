import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { webGpuFinding } from "../../src/doctor/parts.ts";
import { runProbe } from "../../src/doctor/run-probe.ts";
import { bundled, root } from "../acceptance/support/server.ts";
import { StandInHub } from "../hub/stand-in-hub.ts";
import { softwareVulkan } from "../support/software-vulkan.ts";

const folder = join(bundled, "demo-blip-caption");
const files = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));

let hub: StandInHub;
let home: string;
beforeAll(async () => {
  hub = await StandInHub.start(files);
  home = mkdtempSync(join(tmpdir(), "doctor-"));
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  rmSync(home, { recursive: true });
});

interface Outcome {
  readonly code: number;
  readonly output: string;
}

function doctor(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const { PATH, HOME } = process.env;
  const options = { cwd: root, env: { PATH, HOME, HF_HOME: home, HF_ENDPOINT: hub.url, ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, ["--import", "tsx", "src/cli/doctor.ts", ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

describe("npm run doctor", () => {
  it("says what the machine can do, and of each model whether it fits, in 100 columns", async () => {
    const { code, output } = await doctor([], { HF_TOKEN: "hf_secret", KV_CACHE_BYTES: "1GiB" });
    for (const subject of ["Node", "processor", "memory", "onnxruntime", "sharp", "libsql", "hub"]) {
      expect(output).toMatch(new RegExp(`^ {2}(ok|note) +${subject} `, "m"));
    }
    expect(output).toMatch(/^ {2}demo-llava +bundled .* float32$/m);
    expect(output).toMatch(/^ {2}llava-1\.5-7b-hf +14\.13 GB +29\.\d\d GB .* [5-6]\.\d\d GB +\S+$/m);
    expect(output).not.toContain("hf_secret");
    expect(Math.max(...output.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    expect([code, output]).toEqual([0, expect.stringMatching(/Nothing is broken\.\n$/)]);
  });

  it("asks the hub what a repository that it does not know would take, and tells programs", async () => {
    const { code, output } = await doctor(["tiny/model", `${folder}:int4`, "--json"]);
    const { models, problems } = JSON.parse(output) as { models: Record<string, unknown>[]; problems: unknown };
    const missingBytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
    expect(models[0]).toMatchObject({ name: "model", place: { repository: "tiny/model" }, missingBytes });
    expect(models[1]).toMatchObject({ name: "demo-blip-caption", place: "bundled", missingBytes: 0, dtype: "int4" });
    expect([code, problems]).toEqual([0, []]);
  });

  it("ends with 1 where something is broken, and says what to do", async () => {
    const file = join(home, "file");
    writeFileSync(file, "no folder");
    const env = {
      NODE_OPTIONS: "--no-addons",
      HF_HUB_OFFLINE: "1",
      DEVICE: "webgpu",
      WEIGHT_CACHE: join(file, "weights"),
    };
    const { code, output } = await doctor(["demo-llava", "blip-vqa-base"], env);
    for (const subject of ["onnxruntime", "sharp", "libsql"]) {
      expect(output).toMatch(new RegExp(`^ {2}BROKEN +${subject} +does not work`, "m"));
    }
    expect(output).toMatch(/^ {2}BROKEN +WebGPU +is asked for, and not usable: /m);
    expect(output).toContain("→ Install the packages anew for this platform");
    expect(output).toMatch(/BROKEN +weights +.* cannot be written to/);
    expect(output).toContain("blip-vqa-base: it is not here, and nothing can be fetched.");
    expect(output).not.toContain("demo-llava: ");
    expect(code).toBe(1);
  });

  it.each([
    [["gpt"], '"gpt" is neither a folder with a config.json'],
    [["--colour"], "Unknown option '--colour'"],
    [["--port", "eighty"], "--port (or PORT) must be a whole number"],
  ])("ends with 2 for %j", async (args, message) => {
    expect(await doctor(args)).toEqual({ code: 2, output: expect.stringContaining(message) as string });
  });
});

describe("a probe", () => {
  it("finds out where nothing comes of it", async () => {
    expect(await runProbe("runtime", { threads: 1, timeoutMs: 1 })).toEqual({
      reason: "nothing came of it within 0.001 s",
    });
  });

  it("finds out where its process dies", async () => {
    vi.stubEnv("NODE_OPTIONS", "--require=/nowhere.cjs");
    expect(await runProbe("store", { threads: 1 })).toEqual({
      reason: "it ended the process that tried it (exit code 1)",
    });
    vi.unstubAllEnvs();
  });

  const vulkan = softwareVulkan();
  const PATIENCE_MS = 120_000;
  it.skipIf("missing" in vulkan)(
    "finds an adapter that can be used",
    async () => {
      for (const [name, value] of Object.entries("env" in vulkan ? vulkan.env : {})) vi.stubEnv(name, value);
      const finding = await webGpuFinding({ threads: 1, timeoutMs: PATIENCE_MS }, { device: "webgpu" });
      expect(finding).toMatchObject({ subject: "WebGPU", text: expect.stringMatching(/^usable, /) as string });
      vi.unstubAllEnvs();
    },
    PATIENCE_MS,
  );
});
