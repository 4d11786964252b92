import { basename, join } from "node:path";
import { blipCheckpoint } from "../peers/blip/checkpoint.ts";
import { root } from "../server-process.ts";
import { baseSubject, chatSubject, type ServedSubject } from "../subject.ts";

/** A chat model, and a model beside it whose pictures are in its way. */
export interface ChatAndPictures extends ServedSubject {
  /** Whose first model takes the pictures. */
  readonly family: "BLIP" | "LLAVA";
}

/** A chat model, and a model beside it that embeds the gallery's pictures. */
export interface ChatAndIndex extends ServedSubject {
  /** The name of the model that embeds. */
  readonly index: string;
  /** Parts of a pass of its tower, between which others have their turn. */
  readonly parts: number;
}

/** Bundled models by name. */
export function bundled(title: string, ...names: readonly string[]): ServedSubject {
  return { title, folder: names.map((name) => join(root, "checkpoints", name)).join(",") };
}

export const demoChatAndCaptions: ChatAndPictures = {
  ...bundled("the bundled LLaVA and BLIP", "demo-llava", "demo-blip-caption"),
  family: "BLIP",
};

export const demoChatAndIndex: ChatAndIndex = {
  ...bundled("the bundled LLaVA and BLIP's retrieval", "demo-llava", "demo-blip-retrieval"),
  index: "demo-blip-retrieval",
  parts: 1,
};

export const demoCaptions: ServedSubject = bundled("the bundled BLIP", "demo-blip-caption");

export const allDemos: ServedSubject = bundled(
  "all bundled models",
  ...["demo-blip-caption", "demo-blip-retrieval", "demo-blip-vqa", "demo-blip2-itm", "demo-blip2-opt", "demo-llava"],
);

/** A LLaVA of half a billion parameters, which takes the pictures itself. */
export async function randomChat(signal: AbortSignal): Promise<ChatAndPictures> {
  return { ...(await chatSubject(signal)), title: "LLaVA with half a billion parameters", family: "LLAVA" };
}

/** The same, with a retrieval model of BLIP-base's size. */
export async function randomChatAndIndex(signal: AbortSignal): Promise<ChatAndIndex> {
  const [chat, folder] = [await chatSubject(signal), await blipCheckpoint("BlipForImageTextRetrieval", signal)];
  const title = "LLaVA with half a billion parameters and BLIP-base's retrieval";
  return { ...chat, title, folder: `${chat.folder},${folder}`, index: basename(folder), parts: 12 };
}

export async function randomCaptions(signal: AbortSignal): Promise<ServedSubject> {
  return { ...(await baseSubject(signal)), title: "BLIP-base" };
}
