/** What runs a graph. */
export type Device = "cpu" | "webgpu";

/** Where a graph shall run; layers choose their operators by it. */
export interface Target {
  readonly device: Device;
  /** Whether the device's kernel for a whole attention computes it rightly; else it is written out in smaller operators. */
  readonly attention: "fused" | "decomposed";
}

export const CPU: Target = { device: "cpu", attention: "fused" };
