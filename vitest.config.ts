import { configDefaults, defineConfig } from "vitest/config";
import { halfVulkan, softwareVulkan, type SoftwareVulkan } from "./test/support/software-vulkan.ts";

const [vulkan, half] = [softwareVulkan(), halfVulkan()];
if ("missing" in vulkan) console.warn(`WebGPU is not tested: ${vulkan.missing}.`);
if ("missing" in half) console.warn(`WebGPU is not tested in float16: ${half.missing}.`);

/** What tests every operator of every family: it runs again on WebGPU, on a GPU of software, and in float16. */
const networks = "test/inference/models/*/{answering,captioning,generation,networks,retrieval}.test.ts";
const webgpuOnly = "test/**/{webgpu,resident-cache,quantised-on-device}.test.ts";
/** What measures time. */
const timing = ["test/web/lighthouse.test.ts", "test/web/chat/frames.test.ts"];
const onCpu = (elsewhere: readonly string[]) => ({
  extends: true as const,
  test: { name: "cpu", include: ["test/**/*.test.ts"], exclude: [...configDefaults.exclude, ...timing, ...elsewhere] },
});
/** After all else, and one file at a time: whatever ran beside it would be measured too. */
const quiet = {
  extends: true as const,
  test: { name: "quiet", include: timing, sequence: { groupOrder: 1 }, maxWorkers: 1 },
};
const inFloat16OnCpu = {
  extends: true as const,
  test: { name: "float16-on-cpu", include: [networks], env: { TEST_TARGET: "float16-on-cpu" } },
};
const onWebGpu = (target: "webgpu" | "float16", vulkan: SoftwareVulkan) =>
  "missing" in vulkan
    ? []
    : [
        {
          extends: true as const,
          test: {
            name: target,
            include: [networks, webgpuOnly],
            env: { ...vulkan.env, TEST_TARGET: target },
            // One process after the other keeps the shaders that are compiled.
            isolate: false,
            // Software compiles each shader before it is first run, for all of a busy machine's time.
            testTimeout: 240_000,
            hookTimeout: 240_000,
          },
        },
      ];

export default defineConfig({
  // Node's own resolution takes graphql's CommonJS build; a second copy would be a second realm, where instanceof fails.
  resolve: { alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }] },
  test: {
    // Two cores: the engine's own threads are the load, so few files at once.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: "forks",
    globalSetup: "test/support/build.ts",
    env: { ORT_DISABLE_TELEMETRY: "1" },
    projects: [
      onCpu("env" in vulkan ? [webgpuOnly] : []),
      inFloat16OnCpu,
      ...onWebGpu("webgpu", vulkan),
      ...onWebGpu("float16", half),
      quiet,
    ],
  },
});
