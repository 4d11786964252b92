import { availableParallelism } from "node:os";
import type { EncoderNetwork } from "../../inference/models/model.ts";
import { openNetworks } from "../../inference/models/open-networks.ts";
import type { Target } from "../../inference/onnx/target.ts";
import { chooseTarget, targetFor } from "../../inference/runtime/choose-target.ts";
import { openEncoder, type EncoderSession } from "../../inference/runtime/open-encoder.ts";
import type { NamedTensors, SessionInput } from "../../inference/runtime/session.ts";
import { LineFit } from "../../inference/scheduling/line-fit.ts";
import { elements, type Tensor } from "../../inference/tensor.ts";
import { DecoderStreams } from "../decoder-streams.ts";
import { titled } from "../report-parts.ts";
import { median } from "../statistics.ts";
import { baseSubject, chatSubject } from "../subject.ts";
import type { Cell } from "../table.ts";
import { nameOf, type Serving } from "./served.ts";

/** Items of a pass; on the CPU, where no more is gained by more, fewer. */
const SIZES = { webgpu: [1, 2, 4, 8, 16, 32], cpu: [1, 4] } as const;
const STREAMS = { webgpu: [1, 2, 4, 8, 16, 32], cpu: [1, 8] } as const;
const ROUNDS = 5;
/** Of each stream. */
const promptTokenIds = Array.from({ length: 256 }, (_, i) => 10 + (i % 50));
const maxTokens = 256;

/** What passes take by what is in them, each on its own, with all that brings it there and back. */
export async function passes(serving: Serving, signal: AbortSignal): Promise<string> {
  const threads = Math.min(8, availableParallelism());
  const target = targetFor(await chooseTarget(serving.device, threads), serving.dtype);
  const [blip, llava] = [await baseSubject(signal), await chatSubject(signal)];
  const encoders = [
    ...(await encodersOf(blip.folder)).map((network) => ({ of: "BLIP-base", network })),
    ...(await encodersOf(llava.folder)).map((network) => ({ of: "LLaVA", network })),
  ];
  const rows: Cell[][] = [];
  for (const { of, network } of encoders) {
    rows.push(row(nameOf(serving), `${of}, ${network.name}`, await encoderTimes(network, target, threads)));
  }
  rows.push(row(nameOf(serving), "LLaVA, decoder", await decoderTimes(llava.folder, target, threads)));
  const header = `computed in|network|${SIZES.webgpu.join("|")}|ms an item|ms a pass`;
  return titled("Milliseconds of a pass, by its items or streams", header, rows, 2);
}

async function encodersOf(folder: string): Promise<readonly EncoderNetwork[]> {
  return (await openNetworks(folder, { dtype: "float32", cache: "" })).encoders;
}

type Times = ReadonlyMap<number, number>;

async function encoderTimes(network: EncoderNetwork, target: Target, threads: number): Promise<Times> {
  const session = await openEncoder(network, { threads, target });
  const times = new Map<number, number>();
  for (const size of target.device === "cpu" ? SIZES.cpu : SIZES.webgpu) {
    const feeds = feedsOf(session, size);
    times.set(size, await timeOf(() => session.run(feeds)));
  }
  await session.release();
  return times;
}

async function decoderTimes(folder: string, target: Target, threads: number): Promise<Times> {
  const sizes = target.device === "cpu" ? STREAMS.cpu : STREAMS.webgpu;
  const maxStreams = Math.max(...sizes);
  const cache = { dtype: "float32", cache: "" } as const;
  const streams = await DecoderStreams.open(folder, {
    ...cache,
    target,
    threads,
    maxStreams,
    promptTokenIds,
    maxTokens,
  });
  for (let slot = 0; slot < maxStreams; slot++) await streams.prompt(slot);
  const times = new Map<number, number>();
  for (const size of sizes) times.set(size, await timeOf(() => streams.step(size)));
  return times;
}

/** The median; the first runs compile and allocate. */
async function timeOf(run: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < 2; i++) await run();
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return median(times);
}

function row(where: string, network: string, times: Times): Cell[] {
  const line = new LineFit();
  times.forEach((ms, size) => line.observe(size, ms));
  const { a, b } = line.fit()!;
  return [where, network, ...SIZES.webgpu.map((size) => times.get(size) ?? "–"), a, b];
}

function feedsOf({ inputs = [] }: EncoderSession, batch: number): NamedTensors {
  return Object.fromEntries(inputs.map((input, i) => [input.name, wave(input, batch, i + 1)]));
}

/** Zeros would take less time than what differs. */
function wave({ name, dtype, shape }: SessionInput, batch: number, seed: number): Tensor {
  const dims = shape.map((dim) => (typeof dim === "number" ? dim : batch));
  if (dtype !== "float32") throw new Error(`${name} is ${dtype}`);
  return { dims, data: Float32Array.from({ length: elements(dims) }, (_, i) => Math.sin(1.7 * i * seed)) };
}
