import type { ServerResponse } from "node:http";
import type { Inference } from "../inference/index.ts";
import { sendJson } from "./respond.ts";

/** 200 once every served model is loaded; else 503 with the names of those that are not, and what is known of each. */
export function sendReadiness(response: ServerResponse, inference: Inference, expected: readonly string[]): void {
  const models = inference.models().map(({ name, state }) => ({ name, state }));
  const loaded = new Set(models.filter(({ state }) => state === "READY").map(({ name }) => name));
  const names = new Set([...expected, ...models.map(({ name }) => name)]);
  const missing = [...names].filter((name) => !loaded.has(name));
  const ready = loaded.size > 0 && missing.length === 0;
  sendJson(response, ready ? 200 : 503, { ready, missing, models });
}
