import type { ServerResponse } from "node:http";
import type { Inference, ModelInfo } from "../inference/index.ts";
import { sendJson } from "./respond.ts";

export interface Readiness {
  readonly ready: boolean;
  /** Names of the models that keep it from being so. */
  readonly missing: readonly string[];
  readonly models: readonly Pick<ModelInfo, "name" | "state">[];
  /** That the server ends what runs and takes nothing new. */
  readonly stopping?: true;
}

/** 200 once every served model answers; else 503 with the names of those that do not, and what is known of each. */
export function sendReadiness(response: ServerResponse, state: Readiness): void {
  sendJson(response, state.ready ? 200 : 503, state);
}

/** Whether every model that is served or `expected` to be answers: loaded, or as soon as somebody asks for it. */
export function readiness(inference: Inference, expected: readonly string[]): Readiness {
  const known = inference.models();
  const answering = new Set(known.filter(answers).map(({ name }) => name));
  const names = new Set([...expected, ...known.map(({ name }) => name)]);
  const missing = [...names].filter((name) => !answering.has(name));
  const models = known.map(({ name, state }) => ({ name, state }));
  return { ready: answering.size > 0 && missing.length === 0, missing, models };
}

function answers({ state, isOnDemand = false }: ModelInfo): boolean {
  return state === "READY" || state === "UNLOADED" || (state === "LOADING" && isOnDemand);
}
