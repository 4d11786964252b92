import type { EncoderItem } from "./batch.ts";
import type { FeatureCache } from "./feature-cache.ts";
import { callId, type CallOutputs, type EncoderCall, isCallOutput } from "./program.ts";

/** An encoder call on its way, shared by all requests that want it. */
export interface CallNode {
  readonly id: string;
  readonly call: EncoderCall;
  /** Nodes whose outputs this one reads, by input name. */
  readonly reads: ReadonlyMap<string, CallNode>;
  /** Nodes that read this one. */
  readonly dependents: Set<CallNode>;
  /** Ids of the requests that want it; without any it is dropped. */
  readonly requests: Set<string>;
  outputs: CallOutputs | undefined;
}

/**
 * The encoder calls of all requests in flight, as one graph in which equal calls are one node: a picture asked about twice
 * at once is encoded once. Results of networks that say so are kept in the feature cache after their requests are gone.
 */
export class CallGraph {
  readonly #cache: FeatureCache;
  readonly #isCached: (network: string) => boolean;
  readonly #nodes = new Map<string, CallNode>();
  /** By network: nodes whose inputs are all there, in order of arrival. */
  readonly #ready = new Map<string, CallNode[]>();
  readonly #running = new Set<CallNode>();

  constructor(options: { readonly cache: FeatureCache; readonly isCached: (network: string) => boolean }) {
    this.#cache = options.cache;
    this.#isCached = options.isCached;
  }

  /** Nodes in flight; zero whenever idle. */
  get size(): number {
    return this.#nodes.size;
  }

  /** The node of a call for a request: an existing one, one answered from the cache, or a new one with all it reads. */
  want(call: EncoderCall, request: string): CallNode {
    const id = callId(call);
    const shared = this.#nodes.get(id);
    if (shared !== undefined) this.#cache.share();
    const node = shared ?? this.#create(id, call, request);
    hold(node, request);
    return node;
  }

  /** Networks with ready calls. */
  readyNetworks(): string[] {
    return [...this.#ready].filter(([, nodes]) => nodes.length > 0).map(([network]) => network);
  }

  /** A network's ready calls, oldest first. */
  ready(network: string): readonly CallNode[] {
    return this.#ready.get(network) ?? [];
  }

  /** Takes up to `limit` ready calls of a network, oldest first but for what `order` puts before: a pass under way. */
  take(network: string, limit: number, order: (a: CallNode, b: CallNode) => number = () => 0): readonly CallNode[] {
    const ready = this.ready(network);
    const taken = [...ready].sort(order).slice(0, limit);
    for (const node of taken) this.#running.add(node);
    this.#ready.set(
      network,
      ready.filter((node) => !this.#running.has(node)),
    );
    return taken;
  }

  /** Stores what a pass computed, one for each of its calls, and makes ready what waited for nothing else. */
  complete(nodes: readonly CallNode[], outputs: readonly CallOutputs[]): void {
    for (const node of nodes) this.#running.delete(node);
    nodes.forEach((node, i) => this.#store(node, outputs[i]!));
  }

  /** Forgets the calls of a pass that failed, or that is given up: whoever wants them next computes them anew. */
  discard(nodes: readonly CallNode[]): void {
    for (const node of nodes) {
      this.#running.delete(node);
      this.#nodes.delete(node.id);
    }
  }

  /** A request wants these nodes no more, nor what they read; what `kept` nodes read stays. */
  release(request: string, nodes: readonly CallNode[], kept: readonly CallNode[] = []): void {
    const stays = new Set(kept.flatMap((node) => [...withReads(node)]));
    for (const node of nodes.flatMap((released) => [...withReads(released)])) {
      if (stays.has(node)) continue;
      node.requests.delete(request);
      this.#dropIfUnwanted(node);
    }
  }

  /** Whether a pass computes anything for these. */
  isUnderWay(nodes: readonly CallNode[]): boolean {
    return nodes.some((node) => [...withReads(node)].some((read) => this.#running.has(read)));
  }

  /** Nodes that are still to be computed for these, and are not under way. */
  missing(nodes: readonly CallNode[]): readonly CallNode[] {
    const all = new Set(nodes.flatMap((node) => [...withReads(node)]));
    return [...all].filter((node) => node.outputs === undefined && !this.#running.has(node));
  }

  #store(node: CallNode, outputs: CallOutputs): void {
    node.outputs = outputs;
    if (this.#isCached(node.call.network)) this.#cache.set(node.id, outputs);
    for (const dependent of node.dependents) if (this.#isInFlight(dependent)) this.#enqueueIfReady(dependent);
    this.#dropIfUnwanted(node);
  }

  #create(id: string, call: EncoderCall, request: string): CallNode {
    const outputs = this.#isCached(call.network) ? this.#cache.get(id) : undefined;
    const reads = outputs === undefined ? this.#readsOf(call, request) : new Map<string, CallNode>();
    const node: CallNode = { id, call, reads, dependents: new Set(), requests: new Set(), outputs };
    this.#nodes.set(id, node);
    for (const read of reads.values()) read.dependents.add(node);
    this.#enqueueIfReady(node);
    return node;
  }

  #readsOf({ inputs }: EncoderCall, request: string): Map<string, CallNode> {
    const reads = new Map<string, CallNode>();
    for (const [name, input] of Object.entries(inputs)) {
      if (isCallOutput(input)) reads.set(name, this.want(input.call, request));
    }
    return reads;
  }

  #enqueueIfReady(node: CallNode): void {
    if (node.outputs !== undefined) return;
    for (const read of node.reads.values()) if (read.outputs === undefined) return;
    const { network } = node.call;
    const ready = this.#ready.get(network);
    if (ready === undefined) this.#ready.set(network, [node]);
    else ready.push(node);
  }

  #isInFlight(node: CallNode): boolean {
    return this.#nodes.get(node.id) === node;
  }

  #dropIfUnwanted(node: CallNode): void {
    if (node.requests.size > 0 || this.#running.has(node) || !this.#isInFlight(node)) return;
    this.#nodes.delete(node.id);
    const ready = this.#ready.get(node.call.network);
    const place = ready?.indexOf(node) ?? -1;
    if (place >= 0) ready!.splice(place, 1);
  }
}

/** A ready node as a pass takes it. */
export function itemOf({ call, reads }: CallNode): EncoderItem {
  return { call, resolved: Object.fromEntries([...reads].map(([name, { outputs }]) => [name, outputs!])) };
}

/** The request wants the node, and so all that the node still reads. */
function hold(node: CallNode, request: string): void {
  node.requests.add(request);
  for (const read of node.reads.values()) hold(read, request);
}

/** The node and all it reads. */
function* withReads(node: CallNode): Generator<CallNode> {
  yield node;
  for (const read of node.reads.values()) yield* withReads(read);
}
