import type { ChatTask } from "../../inference/index.ts";
import type { Entry } from "../entry.ts";

/** What earlier runs of a chat have written. */
export interface Prior {
  readonly tokenIds: readonly number[];
  readonly text: string;
  /** Undefined where it has not started. */
  readonly promptTokens: number | undefined;
}

export function priorOf(entries: readonly Entry[]): Prior {
  const started = entries.find((entry) => entry.type === "started");
  const said = entries.filter((entry) => entry.type === "tokens");
  return {
    tokenIds: said.flatMap(({ tokenIds }) => tokenIds),
    text: said.map(({ text }) => text).join(""),
    promptTokens: started?.promptTokens,
  };
}

/** Of a request that no run has begun. */
export const nothing: Prior = { tokenIds: [], text: "", promptTokens: undefined };

/** The same chat, from the token on that comes next. */
export function resumedFrom(task: ChatTask, { tokenIds, text }: Prior): ChatTask {
  return tokenIds.length === 0 ? task : { ...task, resumedTokenIds: tokenIds, resumedText: text };
}
