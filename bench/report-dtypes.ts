import { SCORED_SCENES, type DemoScore } from "./demo-dtypes.ts";
import { QUANTISED, type GoldenError } from "./golden-dtypes.ts";
import { DTYPE_STREAMS, type DtypeMeasurement } from "./measure-dtypes.ts";
import { PASSES, type PassTimes } from "./dtype-passes.ts";
import { ratio, titled } from "./report-parts.ts";
import type { Cell } from "./table.ts";

/** What quantising gains and costs. */
export interface DtypeReport {
  readonly title: string;
  readonly measurements: readonly DtypeMeasurement[];
  readonly passes: PassTimes;
  readonly scores: readonly DemoScore[];
  readonly goldens: readonly GoldenError[];
}

/** The figures of a model and of the bundled checkpoints in every dtype, as a section of the report. */
export function reportDtypes({ title, measurements, passes, scores, goldens }: DtypeReport): string {
  const facts = `Matrices in float32, or quantised to 8 and to 4 bits, in blocks of 32, or for 4 bits and wide matrices of 64 (MatMulNBits, rows quantised to 8 bits as they come). ${title} for speed and memory; the bundled checkpoints on ${SCORED_SCENES} held-out scenes for quality.`;
  return [
    "## int8 and int4",
    facts,
    speed(measurements),
    decoderPasses(passes),
    memory(measurements),
    quality(scores),
    logits(goldens),
  ].join("\n\n");
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

function decoderPasses({ float32, int8, int4 }: PassTimes): string {
  const rows = PASSES.map(({ what }, i): Cell[] => {
    const [exact, eight, four] = [float32[i]!, int8[i]!, int4[i]!];
    return [what, exact, eight, ratio(exact, eight), four, ratio(exact, four)];
  });
  const header = "pass|float32 ms|int8 ms|sooner|int4 ms|sooner";
  return titled("The decoder alone, the quickest of several passes in turn", header, rows);
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
  const rows = scores.map(({ what, shares: { float32, int8, int4 } }) => [what, ...[float32, int8, int4].map(percent)]);
  return titled("Right answers of the bundled checkpoints", "what|float32|int8|int4", rows);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Of trained weights, and of random ones, which pass all noise of rounding on. */
function logits(goldens: readonly GoldenError[]): string {
  const rows = goldens.map(({ what, errors }) => [
    what,
    ...QUANTISED.flatMap((dtype) => {
      const { error, agreement } = errors[dtype];
      return [percent(error), agreement === undefined ? "–" : percent(agreement)];
    }),
  ]);
  const header = `checkpoint|${QUANTISED.map((dtype) => `${dtype}: error|the likeliest token the same`).join("|")}`;
  return titled(
    "Logits, or embeddings, beside float32's: of the bundled checkpoints, and of the tests', whose weights are random",
    header,
    rows,
  );
}
