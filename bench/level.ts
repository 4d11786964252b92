import type { ChildProcess } from "node:child_process";
import { requestCaption, type CaptionSample } from "./caption.ts";
import { closedLoop } from "./closed-loop.ts";
import { takeEventLoopDelay, type EventLoopDelay } from "./event-loop.ts";
import type { Graph, PictureFile } from "./graphql.ts";
import { passesBetween, readPasses, type PassesByNetwork } from "./network-passes.ts";

/** A server under measurement. */
export interface Target {
  readonly graph: Graph;
  /** The API process, with the event loop's probe in it. */
  readonly api: ChildProcess;
  /** Where its metrics are, if it was started with any. */
  readonly metricsUrl?: string | undefined;
}

/** What a number of concurrent clients saw. */
export interface Level {
  readonly clients: number;
  readonly samples: readonly CaptionSample[];
  readonly captionsPerSecond: number;
  readonly passes: PassesByNetwork;
  /** Of the API process. */
  readonly eventLoop: EventLoopDelay;
}

/** So that a slow machine ends too: no caption of a level is begun later. */
const BUDGET_MS = 45_000;

/** Has the pictures captioned by a number of clients, one request of each in flight. */
export async function measureLevel(
  { graph, api }: Target,
  clients: number,
  pictures: readonly PictureFile[],
): Promise<Level> {
  const before = await readPasses(graph);
  await takeEventLoopDelay(api, graph.signal);
  const load = { clients, budgetMs: BUDGET_MS };
  const { results: samples, seconds } = await closedLoop(pictures, load, (picture) => requestCaption(graph, picture));
  const eventLoop = await takeEventLoopDelay(api, graph.signal);
  const passes = passesBetween(before, await readPasses(graph));
  return { clients, samples, captionsPerSecond: samples.length / seconds, passes, eventLoop };
}
