import type { Experiment } from "./experiment.ts";
import { fairness } from "./fairness.ts";
import { goodput } from "./goodput.ts";
import { latency } from "./latency.ts";
import { memory } from "./memory.ts";
import { scaling } from "./scaling.ts";

/** In the order of docs/simulation.md. */
export const experiments: readonly Experiment[] = [latency, goodput, fairness, memory, scaling];
