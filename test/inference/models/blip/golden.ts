import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { openCheckpoint } from "../../../../inference/checkpoint/checkpoint.ts";
import { readFloat32 } from "../../../../inference/checkpoint/read-tensor.ts";
import { readSafetensors } from "../../../../inference/checkpoint/safetensors.ts";
import type { TensorRef } from "../../../../inference/checkpoint/tensor-ref.ts";
import { readBlipConfig } from "../../../../inference/models/blip/config.ts";
import type { BlipSource } from "../../../../inference/models/blip/networks.ts";
import type { Networks } from "../../../../inference/models/model.ts";
import { openEncoder } from "../../../../inference/runtime/open-encoder.ts";
import type { NamedTensors, Session } from "../../../../inference/runtime/session.ts";
import type { Tensor } from "../../../../inference/tensor.ts";
import { device, target, tolerable } from "../../../support/device.ts";

export const GOLDEN = new URL("../../../golden/blip/", import.meta.url).pathname;

/** What transformers computed for one of the tiny checkpoints; see test/golden/README.md. */
export interface Golden<Cases> {
  readonly folder: string;
  readonly cases: Cases;
  tensor(name: string): Tensor;
  /** Preprocessed pictures, [1, 3, height, width]. */
  pixels(name: string): Tensor;
}

export interface ImageCase {
  readonly image: string;
  readonly height: number;
  readonly width: number;
  readonly interpolated: boolean;
  readonly pixelValues: string;
  readonly tensor: string;
}

export function openGolden<Cases>(name: string, root = GOLDEN): Golden<Cases> {
  const expected = tensorsOf(`${root}expected/${name}.safetensors`);
  const pictures = tensorsOf(`${GOLDEN}pictures/pixels.safetensors`);
  return {
    folder: `${root}${name}`,
    cases: JSON.parse(readFileSync(`${root}expected/${name}.json`, "utf8")) as Cases,
    tensor: (name) => readTensor(expected.get(name)!),
    pixels: (name) => {
      const { dims, data } = readTensor(pictures.get(name)!);
      return { dims: [1, ...dims.slice(-3)], data };
    },
  };
}

/** A checkpoint's networks for pictures of its own size, or of another. */
export function networksOf(
  folder: string,
  build: (source: BlipSource) => Networks,
  pictures?: BlipSource["pictures"],
): Networks {
  const config = readBlipConfig(folder);
  const side = config.vision_config.image_size;
  return build({
    weights: openCheckpoint(folder).weights,
    config,
    pictures: pictures ?? { height: side, width: side },
  });
}

export function encoderSession(networks: Networks, name: string): Promise<Session> {
  const network = networks.encoders.find((encoder) => encoder.name === name)!;
  return openEncoder(network, { threads: 1, device, target });
}

/** The largest difference is at most `tolerance` of the largest expected value. */
export function expectClose(actual: Tensor | undefined, expected: Tensor, tolerance: number): void {
  expect(actual?.dims).toEqual(expected.dims);
  const [a, b] = [actual!.data as Float32Array, expected.data as Float32Array];
  const largest = b.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const difference = a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i]!)), 0);
  expect(difference / largest).toBeLessThan(tolerable(tolerance));
}

/** A batch's item as a batch of one. */
export function item(batch: Tensor, index: number): Tensor {
  const size = batch.data.length / batch.dims[0]!;
  return { dims: [1, ...batch.dims.slice(1)], data: batch.data.subarray(index * size, (index + 1) * size) };
}

export function ids(rows: readonly (readonly number[])[]): Tensor {
  return { dims: [rows.length, rows[0]!.length], data: BigInt64Array.from(rows.flat(), BigInt) };
}

export function floats(dims: readonly number[], values: readonly number[]): Tensor {
  return { dims, data: Float32Array.from(values) };
}

export type { NamedTensors };

function tensorsOf(path: string): Map<string, TensorRef> {
  return new Map(readSafetensors(path).map((tensor) => [tensor.name, tensor]));
}

function readTensor(ref: TensorRef): Tensor {
  return { dims: ref.shape, data: readFloat32(ref) };
}
