import { servedDtypes, type ServedDtype } from "../inference/index.ts";
import { openNetworks } from "../inference/models/open-networks.ts";
import type { DecoderNetwork } from "../inference/models/model.ts";
import { createSession, type NamedTensors, type Session } from "../inference/runtime/session.ts";
import { elements, float32, int64, type Tensor } from "../inference/tensor.ts";

/** Passes of a language model: so many sequences, each with so many new rows after so many known ones. */
export const PASSES = [
  { what: "a token of one stream", batch: 1, rows: 1, past: 256 },
  { what: "a token of each of 8", batch: 8, rows: 1, past: 256 },
  { what: "256 rows of a prompt", batch: 1, rows: 256, past: 1 },
] as const;
type Pass = (typeof PASSES)[number];

/** The types take turns, and the quickest round of each counts: so other work on the machine falls out. */
const ROUNDS = 12;

/** Milliseconds of each of PASSES, by dtype. */
export type PassTimes = Readonly<Record<ServedDtype, readonly number[]>>;

/** Runs the decoder of a checkpoint in every dtype, all of them in memory at once. */
export async function dtypePasses(folder: string, cache: string, threads: number): Promise<PassTimes> {
  const loaded: { dtype: ServedDtype; decoder: DecoderNetwork; session: Session }[] = [];
  for (const dtype of servedDtypes) {
    const { decoder } = await openNetworks(folder, { dtype, cache });
    if (decoder === undefined) throw new Error(`${folder} has no decoder`);
    loaded.push({ dtype, decoder, session: await createSession(decoder.build(), { threads }) });
  }
  const times = loaded.map(() => PASSES.map(() => Infinity));
  for (const [p, pass] of PASSES.entries()) {
    const inputs = passInputs(pass, loaded[0]!.decoder);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, { session }] of loaded.entries()) {
        const start = performance.now();
        await session.run(inputs, ["top_ids"]);
        times[i]![p] = Math.min(times[i]![p]!, performance.now() - start);
      }
    }
  }
  for (const { session } of loaded) await session.release();
  return Object.fromEntries(loaded.map(({ dtype }, i) => [dtype, times[i]!])) as Record<ServedDtype, number[]>;
}

/** Every row sees every other: what is computed doesn't depend on the mask. The last row of each sequence is wanted. */
function passInputs(
  { batch, rows, past }: Pass,
  { layers, heads, headDim, featureWidth }: DecoderNetwork,
): NamedTensors {
  const ids = { dims: [batch, rows], data: new BigInt64Array(batch * rows).fill(10n) };
  const known = zeros([batch, heads, past, headDim]);
  const caches = Array.from(
    { length: layers },
    (_, i) =>
      [
        [`past_k.${i}`, known],
        [`past_v.${i}`, known],
      ] as const,
  );
  return {
    input_ids: ids,
    position_ids: ids,
    mask: zeros([batch, 1, rows, past + rows]),
    logit_rows: int64(Array.from({ length: batch }, (_, i) => i * rows + rows - 1)),
    top_k: int64([1]),
    features: zeros([0, featureWidth!]),
    feature_rows: { dims: [0, 2], data: new BigInt64Array(0) },
    ...Object.fromEntries(caches.flat()),
  };
}

function zeros(dims: readonly number[]): Tensor {
  return float32(dims, new Float32Array(elements(dims)));
}
