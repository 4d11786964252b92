import type { Client, CombinedError } from "urql";
import { ChatDocument, type ChatInput } from "../graph/generated/graphql.ts";
import { problemOf } from "../graph/problem.ts";
import type { Ending, Listen } from "./follow.ts";

/** What a socket is closed with, and a request answered with, that was too big: asking again would not help. */
const TOO_BIG = { close: 1009, status: 413 } as const;

/** Listens to a generation; whoever knows an event of it only watches, with nothing said again. */
export function listenTo(client: Client, input: ChatInput): Listen {
  return (after, hear, signal) =>
    new Promise((resolve) => {
      const asked = after === undefined ? input : { generationId: input.generationId ?? null, messages: [] };
      const end = (ending: Ending): void => {
        running.unsubscribe();
        resolve(ending);
      };
      const running = client
        .subscription(ChatDocument, { input: asked, after: after ?? -1 })
        .subscribe(({ data, error, hasNext }) => {
          if (error) return end(endingOf(error));
          if (data) hear(data.chat);
          if (!hasNext) end({ kind: "ended" });
        });
      signal.addEventListener("abort", () => end({ kind: "left" }), { once: true });
    });
}

function endingOf(error: CombinedError): Ending {
  if (isTooBig(error.networkError)) return { kind: "refused", problem: tooBig };
  if (error.networkError) return { kind: "ended" };
  const problem = problemOf(error);
  if (problem.code === "SLOW_CONSUMER") return { kind: "slow" };
  // Another node, or this one in a moment, goes on.
  return problem.code === "UNAVAILABLE" ? { kind: "ended" } : { kind: "refused", problem };
}

const tooBig = {
  code: "BODY_TOO_LARGE",
  message: "The conversation's pictures are more than the server takes at once. Leave some out, or take smaller ones.",
} as const;

function isTooBig(error: (Error & { readonly response?: Response }) | undefined): boolean {
  const { code } = (error?.cause ?? {}) as Partial<CloseEvent>;
  return code === TOO_BIG.close || error?.response?.status === TOO_BIG.status;
}
