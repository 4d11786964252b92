import type { ModelInfo, ResultOf, Task } from "../../../inference/index.ts";
import type { FromWorker, ToWorker } from "../../../inference/worker/protocol.ts";
import { captionText, captionTokens, chatTokens, promptTokens, timing, word } from "./constants.ts";

/** An inference worker that costs nothing: it answers every request at once, and always the same. */

const HEARTBEAT_MS = 1_000;

process.on("message", (message: ToWorker) => receive(message));
process.on("disconnect", () => process.exit());
setInterval(() => tell({ type: "heartbeat" }), HEARTBEAT_MS);

function receive(message: ToWorker): void {
  switch (message.type) {
    case "start":
      return tell({ type: "models", models: message.config.models.map(({ name }) => modelInfo(name)), loaded: true });
    case "submit":
      return answer(message.id, message.task);
    case "stop":
      return process.exit();
    case "load":
    case "cancel":
    case "view":
      return;
  }
}

function answer(id: number, { kind }: Task): void {
  if (kind === "chat") return chat(id);
  if (kind !== "caption") throw new Error(`Nobody asks for ${kind} here.`);
  tell({ type: "result", id, result: { ...generated(captionTokens), text: captionText } });
}

/** A message for each token, as they come out of passes. */
function chat(id: number): void {
  tell({ type: "progress", id, step: { type: "started", promptTokens, reusedTokens: 0, imageCacheHit: true } });
  for (let i = 0; i < chatTokens; i++)
    tell({ type: "progress", id, step: { type: "tokens", tokenIds: [i], text: word } });
  const result: ResultOf<Extract<Task, { kind: "chat" }>> = { ...generated(chatTokens), promptTokens, reusedTokens: 0 };
  tell({ type: "result", id, result });
}

function generated(tokens: number): ResultOf<Extract<Task, { kind: "caption" }>> {
  const tokenIds = Array.from({ length: tokens }, (_, i) => i);
  return { text: word.repeat(tokens), tokens, tokenIds, finishReason: "LENGTH", timing };
}

function modelInfo(name: string): ModelInfo {
  const chats = name.includes("llava");
  return {
    name,
    family: chats ? "LLAVA" : "BLIP",
    tasks: [chats ? "CHAT" : "CAPTION"],
    state: "READY",
    device: "cpu",
    dtype: "float32",
    parameters: 1,
    digest: name,
    preprocessing: "none",
    licence: undefined,
  };
}

function tell(message: FromWorker): void {
  process.send!(message);
}
