import { ask } from "./graph.ts";
import { caption, inBase64 } from "./operations.ts";
import type { Scene } from "./pictures.ts";

/** The same picture in bytes that no server has seen: what stands behind a PNG's end is not read. */
export function inNewBytes({ png }: Scene): Buffer {
  return Buffer.concat([png, Buffer.from(`copy ${numCopies++}`)]);
}
let numCopies = 0;

export interface Outcome {
  readonly scene: Scene;
  /** Undefined where the request failed. */
  readonly text: string | undefined;
  readonly codes: readonly string[];
  readonly ms: number;
}

/** Asks for the caption of a picture that the server must encode anew. */
export async function captionAnew(url: string, scene: Scene, options: object = {}): Promise<Outcome> {
  const started = performance.now();
  const { data, codes } = await caption(url, inBase64(inNewBytes(scene)), { variables: { options } });
  return { scene, text: data.caption?.text, codes, ms: performance.now() - started };
}

/** Clients that each ask for one caption after the other until the signal; what each was answered. */
export function runClients(
  clients: readonly (readonly Scene[])[],
  until: AbortSignal,
  request: (scene: Scene) => Promise<Outcome>,
): Promise<readonly (readonly Outcome[])[]> {
  return Promise.all(clients.map((scenes) => runClient(scenes, until, request)));
}

async function runClient(
  scenes: readonly Scene[],
  until: AbortSignal,
  request: (scene: Scene) => Promise<Outcome>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  while (!until.aborted) outcomes.push(await request(scenes[outcomes.length % scenes.length]!));
  return outcomes;
}

export interface NetworkLoad {
  readonly name: string;
  readonly passes: number;
  readonly meanBatch: number;
}

export interface ModelLoad {
  readonly model: { readonly name: string };
  readonly queued: number;
  readonly running: number;
  readonly encodedImages: number;
  readonly decodedTokens: number;
  readonly networks: readonly NetworkLoad[];
}

const loadQuery = `{ scheduler { devices { state models {
  model { name } queued running encodedImages decodedTokens networks { name passes meanBatch }
} } } }`;

/** What the device does for each model. */
export async function loadsOf(url: string): Promise<readonly ModelLoad[]> {
  const { data } = await ask<{ scheduler: { devices: readonly { models: readonly ModelLoad[] }[] } }>(url, loadQuery);
  return data.scheduler.devices[0]!.models;
}

/** What the device does for one model. */
export async function loadOf(url: string, name: string): Promise<ModelLoad> {
  return (await loadsOf(url)).find(({ model }) => model.name === name)!;
}

/** The mean batch of a network's passes between two looks at it. */
export function meanBatchBetween(before: ModelLoad, after: ModelLoad, name: string): number {
  const [from, to] = [before, after].map(({ networks }) => networks.find((network) => network.name === name)!);
  return (to!.passes * to!.meanBatch - from!.passes * from!.meanBatch) / (to!.passes - from!.passes);
}
