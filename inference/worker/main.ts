import { InferenceWorker } from "./inference-worker.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

/** The child process: binds an InferenceWorker to the IPC channel, and ends with its parent. */
let worker: InferenceWorker | undefined;

process.on("message", (message: ToWorker) => {
  if (message.type === "start") worker = new InferenceWorker(message.config, send);
  else if (message.type === "stop") process.exit(0);
  else worker?.receive(message);
});
// An exit would wait for the pass that runs, which may never come back.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// Both may reach the whole process group; when to end is the parent's to say.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);

function send(message: FromWorker): void {
  if (process.connected) process.send!(message);
}
