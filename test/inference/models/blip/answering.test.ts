import { beforeAll, describe, expect, it } from "vitest";
import { answeringNetworks } from "../../../../inference/models/blip/networks.ts";
import type { Session } from "../../../../inference/runtime/session.ts";
import type { Tensor } from "../../../../inference/tensor.ts";
import { Decoding } from "./decoding.ts";
import { encoderSession, expectClose, floats, ids, item, networksOf, openGolden } from "./golden.ts";

interface Cases {
  readonly questions: readonly {
    readonly name: string;
    readonly imageEmbeds: string;
    readonly tokenIds: readonly number[];
    readonly answerTokenIds: readonly number[];
    readonly logits: string;
  }[];
  readonly batch: {
    readonly images: readonly string[];
    readonly tokenIds: readonly (readonly number[])[];
    readonly attentionMask: readonly (readonly number[])[];
    readonly answerTokenIds: readonly number[];
  };
}

const LOGITS = 1e-4;

const golden = openGolden<Cases>("vqa-base");
const networks = networksOf(golden.folder, answeringNetworks);
let question: Session;
let decoding: Decoding;

beforeAll(async () => {
  question = await encoderSession(networks, "question");
  decoding = await Decoding.of(networks.decoder!);
});

describe("vqa-base", () => {
  it.each(golden.cases.questions)("answers $name as transformers does", async (example) => {
    const memory = await question.run({
      input_ids: ids([example.tokenIds]),
      attention_mask: ones([1, example.tokenIds.length]),
      image_embeds: golden.tensor(example.imageEmbeds),
    });
    decoding.restart();
    const logits = await decoding.next(example.answerTokenIds, memory);
    expectClose({ dims: [1, ...logits.dims], data: logits.data }, golden.tensor(example.logits), LOGITS);
  });

  // Not against transformers' own batch: its cross-attention drops the mask and reads the padding (BlipTextSelfAttention).
  it("answers a batch of questions of different lengths as it does each alone", async () => {
    const { images, tokenIds, attentionMask, answerTokenIds } = golden.cases.batch;
    const embeds = images.map((image) => golden.tensor(`image_embeds.${image.split(".")[0]!}@48x48`));
    const memory = await question.run({
      input_ids: ids(tokenIds),
      attention_mask: floats([tokenIds.length, tokenIds[0]!.length], attentionMask.flat()),
      image_embeds: stack(embeds),
    });
    for (const [i, name] of ["wide@48x48.0.hf", "tiny@48x48.1.hf", "gray@48x48.2.hf"].entries()) {
      decoding.restart();
      const one = Object.fromEntries(Object.entries(memory).map(([name, tensor]) => [name, item(tensor, i)]));
      const logits = await decoding.next(answerTokenIds, one);
      expectClose({ dims: [1, ...logits.dims], data: logits.data }, golden.tensor(`logits.${name}`), LOGITS);
    }
  });

  it("masks padding, and nothing else", async () => {
    const { memory_mask } = await question.run({
      input_ids: ids([[4, 5, 0]]),
      attention_mask: floats([1, 3], [1, 1, 0]),
      image_embeds: golden.tensor(golden.cases.questions[0]!.imageEmbeds),
    });
    expect(memory_mask!.dims).toEqual([1, 3]);
    expect([...memory_mask!.data]).toEqual([0, 0, expect.closeTo(-3.4028234663852886e38)]);
  });
});

function ones(dims: readonly [number, number]): Tensor {
  return floats(dims, Array<number>(dims[0] * dims[1]).fill(1));
}

/** Batches of one → one batch. */
function stack(items: readonly Tensor[]): Tensor {
  const data = Float32Array.from(items.flatMap((tensor) => [...(tensor.data as Float32Array)]));
  return { dims: [items.length, ...items[0]!.dims.slice(1)], data };
}
