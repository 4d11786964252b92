import { readFileSync } from "node:fs";
import { parsePreprocessing } from "../../../../inference/image/preprocessing.ts";
import { viewsOf } from "../../../../inference/image/views.ts";
import type { Conversation, Message, Picture, Programs } from "../../../../inference/models/model.ts";
import { openModel } from "../../../../inference/models/registry.ts";
import { loadTokenizer, type Tokenizer } from "../../../../inference/text/tokenizer.ts";
import { goldenPicture, LLAVA, type GoldenMessage } from "./golden.ts";

export type ChatPrograms = Required<Pick<Programs, "caption" | "answer" | "chat">>;

/** A checkpoint's programs and tokenizer. */
export async function openChat(name: string): Promise<{ programs: ChatPrograms; tokenizer: Tokenizer }> {
  const tokenizer = await loadTokenizer(`${LLAVA}${name}`);
  return { programs: openModel(`${LLAVA}${name}`).programs(tokenizer, name) as ChatPrograms, tokenizer };
}

/** A golden picture as a checkpoint's own preprocessing shows it. */
export async function pictureFor(name: string, file: string): Promise<Picture> {
  const config: unknown = JSON.parse(readFileSync(`${LLAVA}${name}/preprocessor_config.json`, "utf8"));
  const image = goldenPicture(file);
  const { width, height } = image;
  return { sha256: file, width, height, views: await viewsOf(image, parsePreprocessing(config)) };
}

export async function conversationFor(name: string, messages: readonly GoldenMessage[]): Promise<Conversation> {
  const told = messages.map(async ({ role, text, pictures }): Promise<Message> => {
    const seen = await Promise.all(pictures.map((file) => pictureFor(name, file)));
    return { role: role === "user" ? "USER" : "ASSISTANT", text, pictures: seen };
  });
  return { messages: await Promise.all(told), resumedTokenIds: [] };
}
