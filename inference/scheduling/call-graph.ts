import type { FeatureCache } from "./feature-cache.ts";
import type { CallInput, CallOutputs, EncoderCall } from "./program.ts";

/** An encoder call on its way, shared by all requests that want it. */
export interface CallNode {
  readonly id: string;
  readonly call: EncoderCall;
  /** Nodes whose outputs this one reads, by input name. */
  readonly reads: ReadonlyMap<string, CallNode>;
  readonly dependents: CallNode[];
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
  #running = new Set<CallNode>();

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
    const node = this.#nodes.get(id) ?? this.#create(id, call, request);
    hold(node, request);
    return node;
  }

  /** Networks with ready calls. */
  readyNetworks(): string[] {
    return [...this.#ready].filter(([, nodes]) => nodes.length > 0).map(([network]) => network);
  }

  /** Takes up to `limit` ready calls of a network, oldest first. */
  take(network: string, limit: number): CallNode[] {
    const nodes = this.#ready.get(network)!.splice(0, limit);
    for (const node of nodes) this.#running.add(node);
    return nodes;
  }

  /** Stores a computed call's outputs, and makes ready what waited for it only. */
  complete(node: CallNode, outputs: CallOutputs): void {
    this.#running.delete(node);
    node.outputs = outputs;
    if (this.#isCached(node.call.network)) this.#cache.set(node.id, outputs);
    for (const dependent of node.dependents) if (this.#nodes.get(dependent.id) === dependent) this.#enqueueIfReady(dependent);
    this.#dropIfUnwanted(node);
  }

  /** Forgets a call that could not be computed; whoever wants it next computes it anew. */
  discard(node: CallNode): void {
    this.#running.delete(node);
    this.#nodes.delete(node.id);
  }

  /** A request is done with, or gone from, a node. */
  release(node: CallNode, request: string): void {
    node.requests.delete(request);
    this.#dropIfUnwanted(node);
  }

  #create(id: string, call: EncoderCall, request: string): CallNode {
    const outputs = this.#isCached(call.network) ? this.#cache.get(id) : undefined;
    const reads = new Map<string, CallNode>();
    if (outputs === undefined) {
      for (const [name, input] of Object.entries(call.inputs)) if (isCall(input)) reads.set(name, this.want(input.call, request));
    }
    const node: CallNode = { id, call, reads, dependents: [], requests: new Set(), outputs };
    this.#nodes.set(id, node);
    for (const read of reads.values()) read.dependents.push(node);
    this.#enqueueIfReady(node);
    return node;
  }

  #enqueueIfReady(node: CallNode): void {
    if (node.outputs !== undefined) return;
    for (const read of node.reads.values()) if (read.outputs === undefined) return;
    const { network } = node.call;
    const ready = this.#ready.get(network);
    if (ready === undefined) this.#ready.set(network, [node]);
    else ready.push(node);
  }

  #dropIfUnwanted(node: CallNode): void {
    if (node.requests.size > 0 || this.#running.has(node)) return;
    if (this.#nodes.get(node.id) === node) this.#nodes.delete(node.id);
    const ready = this.#ready.get(node.call.network);
    const place = ready?.indexOf(node) ?? -1;
    if (place >= 0) ready!.splice(place, 1);
  }
}

function callId(call: EncoderCall): string {
  return `${call.network} ${call.key}`;
}

function isCall(input: CallInput): input is Exclude<CallInput, { dims: readonly number[] }> {
  return "call" in input;
}

/** The request wants the node, and so all that the node still reads. */
function hold(node: CallNode, request: string): void {
  node.requests.add(request);
  for (const read of node.reads.values()) hold(read, request);
}

/** The node and all it reads. */
export function* withReads(node: CallNode): Generator<CallNode> {
  yield node;
  for (const read of node.reads.values()) yield* withReads(read);
}
