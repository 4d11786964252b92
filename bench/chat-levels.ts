import { chat, type ChatSample, type ChatTurn, type Transport } from "./chat.ts";
import type { Graph } from "./graphql.ts";
import { mean, quantile } from "./statistics.ts";

/** Answers that were streamed at once. */
export interface ChatLevel {
  readonly streams: number;
  /** All of their tokens over the time from the first delta of any to the end of the last. */
  readonly tokensPerSecond: number;
  readonly gaps: Gaps;
  readonly samples: readonly ChatSample[];
}

/** Time between the deltas of a stream, over all streams, milliseconds. */
export interface Gaps {
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Has every conversation answered at once, every other one over SSE. */
export async function streamTogether(
  graph: Graph,
  conversations: readonly (readonly ChatTurn[])[],
  tokens: number,
): Promise<ChatLevel> {
  const transports: readonly Transport[] = ["WebSocket", "SSE"];
  const samples = await Promise.all(
    conversations.map((messages, i) => chat(graph, { messages, transport: transports[i % 2]!, tokens })),
  );
  const start = Math.min(...samples.map(({ deltaTimes }) => deltaTimes[0]!));
  const end = Math.max(...samples.map(({ endedAt }) => endedAt));
  const count = samples.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
  return {
    streams: samples.length,
    tokensPerSecond: (1000 * count) / (end - start),
    gaps: gapsOf(samples),
    samples,
  };
}

/** A token's text may wait for the next one's: so a gap is at most a token's time or two. */
function gapsOf(samples: readonly ChatSample[]): Gaps {
  const gaps = samples.flatMap(({ deltaTimes }) => deltaTimes.slice(1).map((time, i) => time - deltaTimes[i]!));
  return { meanMs: mean(gaps), p50Ms: quantile(gaps, 0.5), p99Ms: quantile(gaps, 0.99) };
}
