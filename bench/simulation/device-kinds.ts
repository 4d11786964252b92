import type { CostModel } from "./costs.ts";
import type { Targets } from "./targets.ts";
import { blipDecoder, blipMemory, blipVision, llavaDecoder, llavaVision } from "./networks.ts";
import { decoderCosts, encoderCosts, type Efficiency, type Gpu, type Roof } from "./roofline.ts";

/** A kind of device: what its passes take, and what it has room for. */
export interface DeviceKind {
  readonly name: string;
  readonly costs: CostModel;
  readonly targets: Targets;
  /** Of a value that is kept: of features, memories, keys. */
  readonly valueBytes: number;
  /** For the rows of chats, a third of them kept after their sequences have gone. */
  readonly chatRows: number;
  /** Whether a step may have a chunk beside it, as graphs for the CPU allow. */
  readonly mixes: boolean;
}

const BLIP_VISION_MS = 600;

/**
 * Two cores of AMD EPYC, as bench/RESULTS.md has them. BLIP-base in float32, of "A pass by its batch": vision 720 − 96 ms,
 * memory 96 ms, decoder 24 ms for one up to 103 ms for twelve. LLaVA's 6.6 billion parameters in int4, of "Beside
 * llama.cpp": 19.8 rows/s of a prompt, 6.6 tokens/s of one stream and 11.0 of eight. Its tower was not measured: it takes
 * as much longer than BLIP's as its arithmetic is more.
 */
export const cpu: DeviceKind = {
  name: "2 cores of a CPU",
  costs: {
    encoders: {
      "blip/vision": { perItem: BLIP_VISION_MS, perPass: 0, parts: 12 },
      "blip/memory": { perItem: 96, perPass: 0, parts: 1 },
      "itm/vision": { perItem: BLIP_VISION_MS, perPass: 0, parts: 12 },
      "llava/vision": {
        perItem: (BLIP_VISION_MS * llavaVision.flopsPerItem) / blipVision.flopsPerItem,
        perPass: 0,
        parts: 12,
      },
    },
    decoders: {
      blip: { perPass: 19, perSequence: 0, perRow: 5.2, perCachedRow: 0 },
      llava: { perPass: 69, perSequence: 32, perRow: 50.5, perCachedRow: 0 },
    },
  },
  targets: { captionMs: 10_000, indexMs: 60_000, firstTokenMs: 120_000, gapMs: 1000 },
  valueBytes: 4,
  chatRows: 16_384,
  mixes: true,
};

/** NVIDIA's datasheet, SXM: https://www.nvidia.com/en-us/data-center/h100/ (its rates are with sparsity: halved). */
const h100Sheet: Gpu = { bytesPerSecond: 3.35e12, flops: { bf16: 989e12, fp8: 1979e12 }, memoryBytes: 80e9 };
/** The same for the H200, SXM: https://www.nvidia.com/en-us/data-center/h200/ */
const h200Sheet: Gpu = { ...h100Sheet, bytesPerSecond: 4.8e12, memoryBytes: 141e9 };

/**
 * What TensorRT-LLM publishes of LLaMA-7B on an H100 in fp8
 * (https://github.com/NVIDIA/TensorRT-LLM/blob/release/0.5.0/docs/source/performance.md): the first token after 128 and 2048
 * rows comes in 7 and 36 ms, so a row takes 15.1 µs, 44 % of the arithmetic; 64 streams from 128 to 2176 rows make 5367
 * tokens/s, with 75 % of the bandwidth once 2 ms a pass are the host's. A test holds the model to all of that table.
 */
export const published: Efficiency = { ofFlops: 0.44, ofBandwidth: 0.75, hostMs: 2 };

export const h100: DeviceKind = gpuKind("H100", { gpu: h100Sheet, efficiency: published, precision: "bf16" });
export const h200: DeviceKind = gpuKind("H200", { gpu: h200Sheet, efficiency: published, precision: "bf16" });

export const deviceKinds = { cpu, h100, h200 } as const;

export type KindName = keyof typeof deviceKinds;

/** The H100 in fp8, in which its efficiency was published. */
export const h100Roof: Roof = { gpu: h100Sheet, efficiency: published, precision: "fp8" };

function gpuKind(name: string, roof: Roof): DeviceKind {
  const valueBytes = 2;
  const shapes = { "blip/vision": blipVision, "blip/memory": blipMemory, "itm/vision": blipVision };
  const encoders = Object.entries({ ...shapes, "llava/vision": llavaVision });
  const parameters = [
    ...encoders.map(([, shape]) => shape.parameters),
    blipDecoder.parameters,
    llavaDecoder.parameters,
  ];
  const weights = valueBytes * parameters.reduce((sum, count) => sum + count, 0);
  // A tenth is left to the runtime, and some to passes.
  const free = 0.9 * roof.gpu.memoryBytes - weights - 8e9;
  return {
    name,
    costs: {
      encoders: Object.fromEntries(encoders.map(([network, shape]) => [network, encoderCosts(shape, roof)])),
      decoders: { blip: decoderCosts(blipDecoder, roof), llava: decoderCosts(llavaDecoder, roof) },
    },
    targets: { captionMs: 2000, indexMs: 10_000, firstTokenMs: 2000, gapMs: 50 },
    valueBytes,
    mixes: false,
    chatRows: Math.floor(free / (valueBytes * llavaDecoder.valuesPerCachedRow)),
  };
}
