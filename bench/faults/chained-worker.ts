import { randomUUID } from "node:crypto";
import { connect } from "../../cluster/redis/connection.ts";
import { RedisBlobs } from "../../cluster/redis/redis-blobs.ts";
import { WorkerNode } from "../../cluster/worker/worker-node.ts";
import { ChainedInference } from "./chained-inference.ts";

/** A worker whose model is a chain of hashes: all that is Triptych's of a worker, and none of the computing. */
const [url, msPerToken, slots] = process.argv.slice(2) as [string, string, string];
const say = (what: unknown): void => console.error(what);
const connections = connect(url, say);
const worker = new WorkerNode({
  id: randomUUID(),
  inference: new ChainedInference({ msPerToken: Number(msPerToken) }),
  connections,
  blobs: new RedisBlobs(connections.commands, { keepMs: 60_000 }),
  slots: Number(slots),
  log: say,
  report: (cause) => {
    say(cause);
    return "";
  },
});
process.once("SIGTERM", () => {
  worker.drain(5_000).then(
    () => process.exit(0),
    (error: unknown) => {
      say(error);
      process.exit(1);
    },
  );
});
