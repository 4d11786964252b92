import type { ServerResponse } from "node:http";
import type { Inference } from "../inference/index.ts";
import { sendJson } from "./respond.ts";

/** 200 once every served model is loaded; else 503 with the state of each. */
export function sendReadiness(response: ServerResponse, inference: Inference): void {
  const models = inference.models().map(({ name, state }) => ({ name, state }));
  const missing = models.filter(({ state }) => state !== "READY").map(({ name }) => name);
  const ready = models.length > 0 && missing.length === 0;
  sendJson(response, ready ? 200 : 503, { ready, missing, models });
}
