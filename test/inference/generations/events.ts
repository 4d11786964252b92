import type { ChatResult, ChatTask, ModelInfo, Timing } from "../../../inference/index.ts";
import { model } from "../../gallery/fake-inference.ts";

const timing: Timing = {
  totalMs: 5,
  queueMs: 0,
  preprocessMs: 0,
  encodeMs: 0,
  decodeMs: 5,
  encodeBatch: 0,
  decodeBatch: 1,
  imageCacheHit: false,
};

export const chatModel: ModelInfo = model("chatty", { family: "LLAVA", tasks: ["CHAT"] });

export const completed = {
  type: "completed",
  finishReason: "STOP",
  promptTokens: 3,
  completionTokens: 2,
  timing,
} as const;

export const started = {
  type: "started",
  model: chatModel,
  promptTokens: 3,
  reusedTokens: 0,
  imageCacheHit: false,
} as const;

export const chatTask: ChatTask = {
  kind: "chat",
  model: "chatty",
  messages: [{ role: "USER", text: "hello", images: [] }],
  options: {},
};

export function chatResult(text: string, tokens: number): ChatResult {
  const tokenIds = Array.from({ length: tokens }, (_, i) => i);
  return { text, tokens, tokenIds, finishReason: "STOP", promptTokens: 3, reusedTokens: 0, timing };
}
