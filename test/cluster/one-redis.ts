import { afterAll, afterEach, beforeAll } from "vitest";
import type { ApiNode } from "../../cluster/node/api-node.ts";
import type { NodeOptions } from "../../cluster/node/node-options.ts";
import type { WorkerNode } from "../../cluster/worker/worker-node.ts";
import { ChainedInference } from "../../bench/faults/chained-inference.ts";
import { type RedisServer, startRedis } from "../../bench/faults/redis-server.ts";
import { openNode, openWorker } from "./support.ts";

/** All workers have told how they are, and heard of the others. */
export const TOLD_MS = 800;

/** A Redis for the tests of a file, and nodes and workers over it that end with the test that opened them. */
export class OneRedis {
  redis!: RedisServer;
  readonly #ends: (() => Promise<void>)[] = [];

  constructor() {
    beforeAll(async () => void (this.redis = await startRedis()));
    afterAll(() => this.redis.stop());
    afterEach(async () => {
      for (const end of this.#ends.splice(0)) await end();
    });
  }

  /** What is to be done when the test has ended, in the order in which it was said. */
  atEnd(end: () => Promise<void>): void {
    this.#ends.push(end);
  }

  node(options: Partial<NodeOptions> = {}): ApiNode {
    const made = openNode(this.redis.url, options);
    this.atEnd(() => made.close());
    return made;
  }

  worker(inference = new ChainedInference()): WorkerNode {
    const made = openWorker(this.redis.url, inference);
    // One that ended without a word would be taken for alive for a while.
    this.atEnd(() => made.drain(0));
    return made;
  }
}
