import type { ServedDtype, Timing } from "../../../inference/index.ts";
import { type Graph, type PictureFile, queryWithPicture, type Variables } from "../../graphql.ts";
import type { BlipContender } from "./contender.ts";
import type { EncoderTimes } from "./encoder-times.ts";
import { type BlipAsk, blipTasks } from "./tasks.ts";

const documents: Readonly<Record<BlipAsk["kind"], string>> = {
  caption: `query ($image: ImageInput!, $tokens: Int!, $beams: Int!) {
    answer: caption(image: $image, options: { maxTokens: $tokens, minTokens: $tokens, beams: $beams }) {
      tokens timing { preprocessMs decodeMs }
    }
  }`,
  answer: `query ($image: ImageInput!, $question: String!, $tokens: Int!) {
    answer: vqa(image: $image, question: $question, options: { maxTokens: $tokens, minTokens: $tokens }) { tokens }
  }`,
  match: `query ($image: ImageInput!, $text: String!) { answer: match(image: $image, text: $text) { probability } }`,
};

interface Answer {
  readonly tokens?: number;
  readonly timing?: Pick<Timing, "preprocessMs" | "decodeMs">;
}

/** Ours, by requests over HTTP, one for each picture; the encoders' parts from passes of this process. */
export function servedContender(dtype: ServedDtype, graph: Graph, encoders?: EncoderTimes): BlipContender {
  return {
    name: `Triptych, ${dtype}`,
    ask: async (what, pictures) => {
      const start = performance.now();
      await Promise.all(pictures.map((picture) => request(graph, what, picture)));
      return (performance.now() - start) / 1000;
    },
    parts: async (picture) => {
      const { timing } = await request(graph, blipTasks.captions.ask, picture);
      const [prepare, text] = [timing!.preprocessMs / 1000, timing!.decodeMs / 1000];
      return { prepare, text, ...(await encoders!.measure()) };
    },
  };
}

async function request(graph: Graph, { kind, ...variables }: BlipAsk, picture: PictureFile): Promise<Answer> {
  const asked: Variables = variables;
  const { answer } = await queryWithPicture<{ answer: Answer }>(graph, documents[kind], { picture, variables: asked });
  if (answer.tokens !== asked.tokens)
    throw new Error(`The server gave ${answer.tokens} tokens where ${String(asked.tokens)} were asked.`);
  return answer;
}
