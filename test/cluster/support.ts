import { randomUUID } from "node:crypto";
import { type ApiNode, openApiNode } from "../../cluster/node/api-node.ts";
import type { NodeOptions } from "../../cluster/node/node-options.ts";
import { type Connections, connect } from "../../cluster/redis/connection.ts";
import { RedisBlobs } from "../../cluster/redis/redis-blobs.ts";
import { WorkerNode } from "../../cluster/worker/worker-node.ts";
import type { AskedGeneration, ChatTask, GenerationReader, Inference, NumberedEvent } from "../../inference/index.ts";
import { chainedModel } from "../../bench/faults/chained-inference.ts";

const usual: NodeOptions = {
  ...{ timeoutMs: 20_000, maxRequests: 5_000, maxRequestBytes: 2 ** 26, graceMs: 10_000, retentionMs: 60_000 },
  ...{ chatTimeoutMs: 120_000, maxChats: 5_000, report: (cause) => String(cause) },
};

export function openNode(url: string, options: Partial<NodeOptions> = {}): ApiNode {
  const connections = connect(url, () => undefined);
  return openApiNode(connections, blobsOf(connections), { ...usual, ...options });
}

export function openWorker(url: string, inference: Inference, { slots = 16 } = {}): WorkerNode {
  const connections = connect(url, () => undefined);
  const [log, report] = [() => undefined, (cause: unknown) => String(cause)];
  return new WorkerNode({ id: randomUUID(), inference, connections, blobs: blobsOf(connections), slots, log, report });
}

function blobsOf({ commands }: Connections): RedisBlobs {
  return new RedisBlobs(commands, { keepMs: 60_000 });
}

/** Asks for a chat about a text, so many tokens long, as a client does: again, with the last number it has. */
export function asked(id: string, { after = -1, maxTokens = 20, seed = id } = {}): AskedGeneration {
  const fingerprint = `${seed} ${maxTokens}`;
  const task: ChatTask = {
    kind: "chat",
    model: chainedModel.name,
    messages: [{ role: "USER", text: seed, images: [] }],
    options: { maxTokens },
  };
  const begin = () => ({
    ...{ id, model: chainedModel, client: "ann", fingerprint: Promise.resolve(fingerprint) },
    prepare: () => Promise.resolve(task),
  });
  return { id, after, fingerprint: () => Promise.resolve(fingerprint), begin: after >= 0 ? undefined : begin };
}

/** All that a reader still gets. */
export async function drain(reader: GenerationReader): Promise<NumberedEvent[]> {
  const seen: NumberedEvent[] = [];
  for await (const event of reader) seen.push(event);
  return seen;
}
