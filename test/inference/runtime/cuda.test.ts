import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openModel } from "../../../inference/models/registry.ts";
import { chooseTarget } from "../../../inference/runtime/choose-target.ts";
import { cudaProvider } from "../../../inference/runtime/cuda-provider.ts";
import { createSession } from "../../../inference/runtime/session.ts";
import { golden } from "../../support/tiny-inference.ts";

const { isThere, path } = cudaProvider();

// No GPU is at hand: what runs on CUDA is as far tried as the CPU can.
describe("CUDA", () => {
  it.skipIf(isThere)("is refused where its provider is not installed, with how to get it", async () => {
    await expect(chooseTarget("cuda", 1)).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
    const how = "ONNXRUNTIME_NODE_INSTALL_CUDA=v12 npm rebuild onnxruntime-node --ignore-scripts=false";
    const problem = `CUDA cannot be used: there is no ${path}; on Linux x64 this fetches it: ${how}. Without it: --device cpu.`;
    await expect(chooseTarget("cuda", 1)).rejects.toThrow(problem);
  });

  const families = [
    "blip/captioning-base",
    "blip/vqa-base",
    "blip/retrieval-base",
    "blip-2/opt",
    "blip-2/t5",
    "blip-2/itm",
  ];
  const llavas = ["llava/clip-llama", "llava/siglip-qwen2", "llava/next-mistral"];
  const dtypes = ["float32", "float16"] as const;

  it.each([...families, ...llavas].flatMap((name) => dtypes.map((dtype) => ({ name, dtype }))))(
    "takes the graphs of $name in $dtype, whose types and operators onnxruntime knows",
    async ({ name, dtype }) => {
      const { encoders, decoder } = openModel(join(golden, name)).networks();
      const target = { device: "cuda", dtype, attention: "fused", products: "blocks", cache: dtype } as const;
      const ofDecoder = decoder === undefined ? [] : [decoder.build(target)];
      for (const built of [...encoders.flatMap(({ build }) => build(target)), ...ofDecoder]) {
        expect(Buffer.from(built.bytes).includes("FusedMatMul")).toBe(false);
        await (await createSession(built, { threads: 1 })).release();
      }
    },
  );
});
