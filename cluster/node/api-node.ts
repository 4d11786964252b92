import type { Generations, Inference } from "../../inference/index.ts";
import type { BlobStore } from "../../blobs/blob-store.ts";
import type { Connections } from "../redis/connection.ts";
import { JobQueues } from "../redis/job-queues.ts";
import { RequestLog } from "../redis/request-log.ts";
import { Followers } from "./followers.ts";
import type { NodeOptions } from "./node-options.ts";
import { RemoteInference } from "./remote-inference.ts";
import { RollCall } from "./roll-call.ts";
import { SharedGenerations } from "./shared-generations.ts";

/** What a node needs that serves people and computes nothing itself. */
export interface ApiNode {
  readonly inference: Inference;
  readonly generations: Generations;
  close(): Promise<void>;
}

/** A node over workers elsewhere. It remembers nothing that another node could not know as well. */
export function openApiNode(connections: Connections, blobs: BlobStore, options: NodeOptions): ApiNode {
  const { commands, bells } = connections;
  const log = new RequestLog(commands);
  const queues = new JobQueues(commands);
  const followers = new Followers({ log, bells });
  const roll = new RollCall(commands);
  const inference = new RemoteInference({ log, queues, followers, roll, blobs, options });
  return {
    inference,
    generations: new SharedGenerations({ log, followers, inference, options }),
    close: async () => {
      await inference.close();
      followers.close();
      roll.close();
      await queues.close();
      await blobs.close();
      connections.close();
    },
  };
}
