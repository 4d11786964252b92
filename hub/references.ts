import type { GenerationOptions } from "../inference/index.ts";

/** What a checkpoint is known to give of a picture. */
export interface Reference {
  readonly repository: string;
  /** An address, or a file's path. */
  readonly picture: string;
  readonly ask: ReferenceAsk;
  readonly expect: ReferenceAnswer;
  /**
   * "exact": whoever computes in float32 gets it. "soft": it is of a run in fewer bits, from which another may part late
   * without being wrong.
   */
  readonly kind: "exact" | "soft";
}

export type ReferenceAsk =
  | { readonly task: "caption"; readonly prompt?: string; readonly options?: GenerationOptions }
  | { readonly task: "answer"; readonly question: string }
  | { readonly task: "match"; readonly text: string }
  | { readonly task: "chat"; readonly text: string; readonly options?: GenerationOptions };

export type ReferenceAnswer =
  /** All of a text; with what it is made of where that is known: without the prompt's tokens and the end token. */
  | { readonly text: string; readonly tokenIds?: readonly number[] }
  /** How the text begins. */
  | { readonly begins: string; readonly tokenIds?: readonly number[] }
  | { readonly probability: number; readonly similarity: number; readonly within: number };

const woman = "https://storage.googleapis.com/sfr-vision-language-research/BLIP/demo.jpg";
const cats = "http://images.cocodataset.org/val2017/000000039769.jpg";
const pier = "https://llava-vl.github.io/static/images/view.jpg";
const beach = "A woman and her dog sitting in a beach";
const city = "Question: which city is this? Answer:";

/** Of the integration tests of transformers (v5.18, tests/models/{blip,blip_2,llava}): models.md §10. */
const published: readonly Reference[] = [
  {
    repository: "Salesforce/blip-image-captioning-base",
    picture: woman,
    ask: { task: "caption" },
    expect: {
      text: "a woman sitting on the beach with her dog",
      tokenIds: [1037, 2450, 3564, 2006, 1996, 3509, 2007, 2014, 3899],
    },
    kind: "exact",
  },
  {
    repository: "Salesforce/blip-image-captioning-base",
    picture: woman,
    ask: { task: "caption", prompt: "a picture of" },
    expect: { text: "a woman and her dog on the beach", tokenIds: [1037, 2450, 1998, 2014, 3899, 2006, 1996, 3509] },
    kind: "exact",
  },
  {
    repository: "Salesforce/blip-vqa-base",
    picture: woman,
    ask: { task: "answer", question: "how many dogs are in the picture?" },
    expect: { text: "1", tokenIds: [1015] },
    kind: "exact",
  },
  {
    repository: "Salesforce/blip-itm-base-coco",
    picture: woman,
    ask: { task: "match", text: beach },
    expect: { probability: 0.9971, similarity: 0.5162, within: 1e-3 },
    kind: "exact",
  },
  {
    repository: "Salesforce/blip2-itm-vit-g",
    picture: woman,
    ask: { task: "match", text: beach },
    expect: { probability: 0.9762, similarity: 0.4406, within: 1e-3 },
    kind: "exact",
  },
  {
    repository: "Salesforce/blip2-opt-2.7b",
    picture: woman,
    ask: { task: "caption" },
    expect: { text: "a woman sitting on the beach with a dog", tokenIds: [102, 693, 2828, 15, 5, 4105, 19, 10, 2335] },
    kind: "soft",
  },
  {
    repository: "Salesforce/blip2-opt-2.7b",
    picture: woman,
    ask: { task: "caption", prompt: city, options: { maxTokens: 11 } },
    expect: { text: "it's not a city, it's a beach", tokenIds: [24, 18, 45, 10, 343, 6, 24, 18, 10, 4105] },
    kind: "soft",
  },
  {
    repository: "Salesforce/blip2-flan-t5-xl",
    picture: woman,
    ask: { task: "caption" },
    expect: { text: "woman playing with dog on the beach", tokenIds: [2335, 1556, 28, 1782, 30, 8, 2608] },
    kind: "soft",
  },
  {
    repository: "Salesforce/blip2-flan-t5-xl",
    picture: woman,
    ask: { task: "caption", prompt: city },
    expect: { text: "san diego", tokenIds: [3, 7, 152, 67, 839] },
    kind: "soft",
  },
  {
    repository: "llava-hf/llava-1.5-7b-hf",
    picture: cats,
    ask: { task: "chat", text: "What is this?", options: { maxTokens: 20 } },
    expect: { begins: "The image features two cats lying down on a pink couch." },
    kind: "soft",
  },
  {
    repository: "llava-hf/llava-1.5-7b-hf",
    picture: pier,
    ask: {
      task: "chat",
      text: "What are the things I should be cautious about when I visit this place?",
      options: { maxTokens: 40 },
    },
    expect: { begins: "When visiting this place, which is a pier or dock extending over a body of water," },
    kind: "soft",
  },
  {
    repository: "llava-hf/llava-interleave-qwen-0.5b-hf",
    picture: cats,
    ask: { task: "chat", text: "What are these?", options: { maxTokens: 30 } },
    expect: { begins: "The image shows two cats, one on the left and one on the right." },
    kind: "soft",
  },
];

/** The published results of a repository's checkpoint; none of most. */
export function referencesOf(repository: string): readonly Reference[] {
  return published.filter((reference) => reference.repository === repository);
}
