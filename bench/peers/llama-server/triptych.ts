import { chat } from "../../chat.ts";
import type { Graph } from "../../graphql.ts";
import { QUESTION, type ServedContender } from "./contender.ts";

/** Ours: a subscription over SSE, the picture in its question. */
export function triptychServed(graph: Graph): ServedContender {
  return {
    name: "Triptych, int4",
    answer: async ({ picture }, tokens) => {
      const images = [{ base64: Buffer.from(picture.bytes).toString("base64") }];
      const messages = [{ role: "USER", text: QUESTION, images }] as const;
      const { askedAt, deltaTimes, completionTokens } = await chat(graph, { messages, transport: "SSE", tokens });
      if (completionTokens !== tokens)
        throw new Error(`It gave ${completionTokens} tokens where ${tokens} were asked.`);
      return { askedAt, tokenTimes: deltaTimes };
    },
  };
}
