import type { BlipClass } from "../../official/blip.ts";

/** Pictures that are asked about one after the other, and so many at once: of each task, in each round. */
export const ALONE = 3;
export const TOGETHER = 16;

/** What is asked about a picture. Texts have exactly so many tokens, so that all do the same work. */
export type BlipAsk =
  | { readonly kind: "caption"; readonly tokens: number; readonly beams: number }
  | { readonly kind: "answer"; readonly question: string; readonly tokens: number }
  | { readonly kind: "match"; readonly text: string };

export interface BlipTask {
  readonly title: string;
  readonly architecture: BlipClass;
  readonly ask: BlipAsk;
}

export const TOKENS = 20;

export const blipTasks = {
  captions: {
    title: `Captions of ${TOKENS} tokens, greedy`,
    architecture: "BlipForConditionalGeneration",
    ask: { kind: "caption", tokens: TOKENS, beams: 1 },
  },
  beams: {
    title: `Captions of ${TOKENS} tokens, 3 beams`,
    architecture: "BlipForConditionalGeneration",
    ask: { kind: "caption", tokens: TOKENS, beams: 3 },
  },
  answers: {
    title: "Answers of 3 tokens",
    architecture: "BlipForQuestionAnswering",
    ask: { kind: "answer", question: "how many cats are in the picture?", tokens: 3 },
  },
  matches: {
    title: "How well a text fits a picture",
    architecture: "BlipForImageTextRetrieval",
    ask: { kind: "match", text: "two cats sleep on a red couch" },
  },
} as const satisfies Readonly<Record<string, BlipTask>>;

export type BlipTaskName = keyof typeof blipTasks;
export const blipTaskNames = Object.keys(blipTasks) as BlipTaskName[];
