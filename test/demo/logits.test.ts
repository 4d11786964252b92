import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { servedDtypes, type ServedDtype } from "../../inference/index.ts";
import { MASKED } from "../../inference/layers/attention.ts";
import type { Networks } from "../../inference/models/model.ts";
import { openNetworks } from "../../inference/models/open-networks.ts";
import { cpuTarget } from "../../inference/runtime/choose-target.ts";
import { openEncoder } from "../../inference/runtime/open-encoder.ts";
import { createSession, type NamedTensors, type Session } from "../../inference/runtime/session.ts";
import { float32, int64 } from "../../inference/tensor.ts";
import { loadTokenizer } from "../../inference/text/tokenizer.ts";

const folderOf = (name: string): string => join(import.meta.dirname, "../../checkpoints", name);
const cache = mkdtempSync(join(tmpdir(), "weights-"));
afterAll(() => rmSync(cache, { recursive: true }));

const TEXT = "a cat and two red cars on a blue background, a banana above a ghost and three keys on a green background";

/** What each network's error may be: the length of the difference over the length of float32's result. */
const LARGEST = { int8: 0.02, int4: 0.15 } as const;
/** Of 8 bits in either; what a Q-Former makes of them, in its own bits, has two to three times their error. */
const LARGEST_OF_TOWERS = { int8: 0.04, int4: 0.06 } as const;

async function inEveryDtype<T>(
  name: string,
  run: (networks: Networks) => Promise<T>,
): Promise<Readonly<Record<ServedDtype, T>>> {
  const results: [ServedDtype, T][] = [];
  for (const dtype of servedDtypes) {
    results.push([dtype, await run(await openNetworks(folderOf(name), { dtype, cache }))]);
  }
  return Object.fromEntries(results) as Record<ServedDtype, T>;
}

function relativeError(found: Float32Array, exact: Float32Array): number {
  const length = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return length(found.map((value, i) => value - exact[i]!)) / length(exact);
}

async function use<T>(session: Session, run: (session: Session) => Promise<T>): Promise<T> {
  return run(session).finally(() => session.release());
}

/** One text, all of it at once, with nothing before it; the logits of every row. */
function textInputs(
  ids: readonly number[],
  { layers, heads, headDim, featureWidth }: NonNullable<Networks["decoder"]>,
) {
  const rows = ids.length;
  const mask = Float32Array.from({ length: rows * rows }, (_, i) => (i % rows > Math.floor(i / rows) ? MASKED : 0));
  const empty = float32([1, heads, 0, headDim], new Float32Array(0));
  const past = Array.from(
    { length: layers },
    (_, i) =>
      [
        [`past_k.${i}`, empty],
        [`past_v.${i}`, empty],
      ] as const,
  ).flat();
  const places = Array.from({ length: rows }, (_, i) => i);
  return {
    input_ids: { dims: [1, rows], data: int64(ids).data },
    position_ids: { dims: [1, rows], data: int64(places).data },
    mask: float32([1, 1, rows, rows], mask),
    logit_rows: int64(places),
    top_k: int64([1]),
    features: float32([0, featureWidth!], new Float32Array(0)),
    feature_rows: { dims: [0, 2], data: new BigInt64Array(0) },
    ...Object.fromEntries(past),
  };
}

/** How many rows of logits have the same largest one. */
function agreement(found: NamedTensors, exact: NamedTensors): number {
  const [ids, expected] = [found, exact].map(({ top_ids }) => top_ids!.data as BigInt64Array);
  return ids!.filter((id, i) => id === expected![i]).length / ids!.length;
}

describe("quantised language models", () => {
  it.each(["demo-llava", "demo-blip2-opt"])(
    "%s has nearly the logits of float32, and nearly always its token",
    async (name) => {
      const ids = (await loadTokenizer(folderOf(name))).encode(TEXT);
      const outputs = await inEveryDtype(name, async ({ decoder }) =>
        use(await createSession(decoder!.build(), { threads: 1 }), (session) => {
          return session.run(textInputs(ids, decoder!), ["logits", "top_ids"]);
        }),
      );
      const kept = ({ logits }: NamedTensors) => (logits!.data as Float32Array).filter((value) => value > MASKED / 2);
      for (const dtype of ["int8", "int4"] as const) {
        const error = relativeError(kept(outputs[dtype]), kept(outputs.float32));
        const same = agreement(outputs[dtype], outputs.float32);
        console.info(
          `${name} ${dtype}: logits' relative error ${error.toFixed(4)}, same token ${(100 * same).toFixed(1)} %`,
        );
        expect(error).toBeLessThan(LARGEST[dtype]);
        expect(error).toBeGreaterThan(0);
        expect(same).toBeGreaterThanOrEqual(dtype === "int8" ? 0.95 : 0.8);
      }
    },
  );
});

/** A picture of soft waves, [1, 3, 96, 96] as all of the towers see it. */
const picture = float32(
  [1, 3, 96, 96],
  Float32Array.from({ length: 3 * 96 * 96 }, (_, i) => 1.5 * Math.sin((i % 96) / 9) * Math.cos(i / 700)),
);

const towers = [
  ["demo-blip-caption", "image_embeds"],
  ["demo-blip2-itm", "image_embeds"],
  ["demo-blip2-opt", "prefix"],
  ["demo-llava", "image_features"],
] as const;

describe("quantised towers", () => {
  it.each(towers)("%s has nearly the %s of float32", async (name, output) => {
    const results = await inEveryDtype(name, async ({ encoders }) => {
      const vision = encoders.find((encoder) => encoder.name === "vision")!;
      return use(await openEncoder(vision, { threads: 1, target: await cpuTarget() }), (session) => {
        return session.run({ pixel_values: picture }, [output]);
      });
    });
    for (const dtype of ["int8", "int4"] as const) {
      const [found, exact] = [results[dtype], results.float32].map((outputs) => outputs[output]!.data as Float32Array);
      const error = relativeError(found!, exact!);
      console.info(`${name} ${output} ${dtype}: relative error ${error.toFixed(4)}`);
      expect(error).toBeLessThan(LARGEST_OF_TOWERS[dtype]);
      expect(error).toBeGreaterThan(0);
    }
  });
});
