import type { Generations, Inference } from "../inference/index.ts";
import type { Budgets } from "./budgets/budgets.ts";
import { LocalBudgets } from "./budgets/local-budgets.ts";
import type { Config } from "./config.ts";
import { openNode } from "./cluster-node.ts";
import { startLocalInference } from "./local-inference.ts";
import type { Log } from "./log.ts";

/** What answers for a server: this machine, or workers elsewhere. */
export interface Serving {
  readonly inference: Inference;
  /** The chats of all servers over one Redis; undefined where they are this process's. */
  readonly generations: Generations | undefined;
  /** What payers have used: here, or on all servers over one Redis. */
  readonly budgets: Budgets;
  /** The models that were named at start; elsewhere, workers say. */
  readonly modelNames: readonly string[];
  close(): Promise<void>;
}

export async function startServing(config: Config, log: Log): Promise<Serving> {
  if (config.redis === undefined) {
    const { inference, modelNames } = await startLocalInference(config, (message) => log.info(message));
    const budgets = new LocalBudgets(config);
    return { inference, generations: undefined, budgets, modelNames, close: () => inference.close() };
  }
  const node = await openNode(config.redis, config, log);
  return { ...node, modelNames: config.models };
}
