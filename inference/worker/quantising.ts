import { workerData } from "node:worker_threads";
import { openNetworks } from "../models/open-networks.ts";
import type { QuantisingJob } from "./quantising-thread.ts";

/** A thread that quantises a checkpoint's weights into the cache, and ends. */
const { folder, ...quantising } = workerData as QuantisingJob;
await openNetworks(folder, quantising);
