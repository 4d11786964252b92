import { SCORED_SCENES, type DemoScore } from "./demo-dtypes.ts";
import { DTYPE_STREAMS, type DtypeMeasurement } from "./measure-dtypes.ts";
import { ratio, titled } from "./report-parts.ts";
import type { Cell } from "./table.ts";

/** What quantising gains and costs. */
export interface DtypeReport {
  readonly title: string;
  readonly measurements: readonly DtypeMeasurement[];
  readonly scores: readonly DemoScore[];
}

/** The figures of a model and of the bundled checkpoints in every dtype, as a section of the report. */
export function reportDtypes({ title, measurements, scores }: DtypeReport): string {
  const facts = `Matrices in float32, or quantised in blocks of 32 to 8 and to 4 bits (MatMulNBits, rows quantised to 8 bits as they come). ${title} for speed and memory; the bundled checkpoints on ${SCORED_SCENES} held-out scenes for quality.`;
  return ["## int8 and int4", facts, speed(measurements), memory(measurements), quality(scores)].join("\n\n");
}

function speed(measurements: readonly DtypeMeasurement[]): string {
  const [float32] = measurements;
  const rows = measurements.map(({ dtype, tokensPerSecond, firstTokenMs }): Cell[] => [
    dtype,
    ...tokensPerSecond.flatMap((rate, i) => [rate, ratio(rate, float32!.tokensPerSecond[i]!)]),
    firstTokenMs,
    ratio(float32!.firstTokenMs, firstTokenMs),
  ]);
  const levels = DTYPE_STREAMS.map((streams) => `tokens/s of ${streams}|to float32`).join("|");
  return titled("Speed", `dtype|${levels}|first token of a new picture, ms|sooner`, rows);
}

function memory(measurements: readonly DtypeMeasurement[]): string {
  const rows = measurements.map(({ dtype, memory, startMs, firstStart }): Cell[] => [
    dtype,
    mebibytes(memory?.anonymous),
    startMs / 1000,
    firstStart === undefined ? "–" : firstStart.ms / 1000,
    mebibytes(firstStart?.memory?.peak),
  ]);
  const header = "dtype|memory of all processes, MiB|start, s|start that quantises, s|peak of that, MiB";
  return titled("Memory, and the start", header, rows);
}

function mebibytes(bytes: number | undefined): string {
  return bytes === undefined ? "–" : (bytes / 2 ** 20).toFixed(0);
}

function quality(scores: readonly DemoScore[]): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const rows = scores.map(({ what, shares: { float32, int8, int4 } }) => [what, ...[float32, int8, int4].map(percent)]);
  return titled("Right answers of the bundled checkpoints", "what|float32|int8|int4", rows);
}
