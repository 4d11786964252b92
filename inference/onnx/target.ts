/** What runs a graph. */
export type Device = "cpu" | "webgpu" | "cuda";

/** What may be asked for: a device, or whichever of CPU and WebGPU is there and faster. */
export const deviceChoices = ["cpu", "webgpu", "cuda", "auto"] as const satisfies readonly (Device | "auto")[];
export type DeviceChoice = (typeof deviceChoices)[number];

/** What floats of a graph may be. */
export type FloatType = "float32" | "float16";

/** How a decoder's keys and values are kept between its passes. */
export type CacheDtype = FloatType;

/** Where a graph shall run; layers choose their operators by it. */
export interface Target {
  readonly device: Device;
  /** What linear layers multiply in. All that runs through several of them, norms, attention and logits are float32. */
  readonly dtype: FloatType;
  /** Whether the device's kernel for a whole attention computes it rightly; else it is written out in smaller operators. */
  readonly attention: "fused" | "decomposed";
  /**
   * What matrices of 8 bits with a scale for each row are multiplied in: whole numbers, where the device has instructions
   * for them whose sums are right, or blocks.
   */
  readonly products: "integers" | "blocks";
  /** What the graph takes keys and values of earlier passes in, and gives its own in; it computes with them in float32. */
  readonly cache: CacheDtype;
  /** Whether a decoder's graph takes a chunk of a prompt beside a step, if its model knows of parts. Without it, none does. */
  readonly mixes?: boolean;
}

export const CPU: Target = {
  device: "cpu",
  dtype: "float32",
  attention: "fused",
  products: "integers",
  cache: "float32",
};
