/**
 * Try what inference rests on, each by loading it, which may end the process: to be called in one that may end. Each throws
 * what keeps it from working.
 */
export const probes = {
  runtime: async (threads: number) => (await import("../runtime/probe-runtime.ts")).probeRuntime(threads),
  webgpu: async (threads: number) => (await import("../runtime/probe-runtime.ts")).probeWebGpu(threads),
  cuda: async () => (await import("../runtime/probe-runtime.ts")).cudaProvider(),
  pictures: async () => (await import("../image/probe-pictures.ts")).probePictures(),
} as const;
