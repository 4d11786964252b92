/** A worker that asks another server, as a process that can be killed: `worker-process.ts <redis> <server>`. */
import { chainedModel } from "../../../bench/faults/chained-inference.ts";
import { openOpenAi } from "../../../engines/openai/openai-inference.ts";
import { openWorker } from "../../cluster/support.ts";

const [redis = "", url = ""] = process.argv.slice(2);
const inference = openOpenAi({ url, name: chainedModel.name, log: (message) => console.log(message) });
await inference.ready();
openWorker(redis, inference);
