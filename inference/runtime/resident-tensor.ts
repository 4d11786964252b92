import type { Tensor as OrtTensor } from "onnxruntime-node";

/** A tensor in the device's own memory, until it is disposed of; it is fed to sessions as it lies. */
export class ResidentTensor {
  readonly dims: readonly number[];
  readonly value: OrtTensor;

  constructor(value: OrtTensor) {
    this.dims = value.dims;
    this.value = value;
  }

  dispose(): void {
    this.value.dispose();
  }
}

/** By the graph's input or output names. */
export type ResidentTensors = Readonly<Record<string, ResidentTensor>>;
