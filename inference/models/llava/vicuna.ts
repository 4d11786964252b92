import type { TemplateMessage } from "../../text/chat-template.ts";

/** conv `vicuna_v1` of the original LLaVA, with which version 1.5 was evaluated (models.md §5.1). */
const SYSTEM =
  "A chat between a curious user and an artificial intelligence assistant. " +
  "The assistant gives helpful, detailed, and polite answers to the user's questions.";

/** The form of checkpoints without a chat template: `end` is the token after each answer. */
export function vicuna(messages: readonly TemplateMessage[], end: string): string {
  const system = messages.filter(({ role }) => role === "system").map(({ text }) => text);
  const turns = messages.filter(({ role }) => role !== "system").map((message) => turn(message, end));
  return `${system.length > 0 ? system.join(" ") : SYSTEM} ${turns.join("")}ASSISTANT:`;
}

function turn({ role, text, pictures }: TemplateMessage, end: string): string {
  if (role === "assistant") return `ASSISTANT: ${text}${end}`;
  return `USER: ${"<image>\n".repeat(pictures)}${text} `;
}
