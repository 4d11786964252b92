import type { EncoderBatch } from "./batch.ts";
import { type CallGraph, type CallNode, itemOf } from "./call-graph.ts";
import type { Claim, Order } from "./claim.ts";
import type { EncoderLane } from "./encoder-lane.ts";
import type { Requests } from "./requests.ts";
import { leastOf } from "./standings.ts";

/** By network, the claims to its calls that are ready. */
export function readyClaims(calls: CallGraph, requests: Requests): Map<string, Claim[]> {
  const claimsTo = (network: string): Claim[] => calls.ready(network).flatMap((node) => requests.claimsOf(node));
  return new Map(calls.readyNetworks().map((network) => [network, claimsTo(network)]));
}

/** A pass of the calls that are first, each by the first claim to it. */
export function takeCalls(
  { lane: { network, limit }, order }: { readonly lane: EncoderLane; readonly order: Order },
  calls: CallGraph,
  requests: Requests,
): EncoderBatch {
  const first = (node: CallNode): Claim => leastOf(requests.claimsOf(node), order);
  const nodes = calls.take(network, limit, (a, b) => order(first(a), first(b)));
  return { kind: "encoder", network, items: nodes.map(itemOf) };
}
