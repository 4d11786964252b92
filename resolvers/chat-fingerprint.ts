import { createHash, type Hash } from "node:crypto";
import type { ChatInput } from "./chat-input.ts";
import type { ImageInput, Upload } from "./picture-reader.ts";

/** SHA-256 over what a chat asks for, its uploads' bytes included, and nothing of the id under which it does. */
export async function chatFingerprint({ family, model, messages, options }: ChatInput): Promise<string> {
  const hash = createHash("sha256");
  add(hash, [family, model ?? null, sortedOptions(options)]);
  for (const { role, text, images } of messages) {
    add(hash, [role, text, images?.length ?? 0]);
    for (const image of images ?? []) await addImage(hash, image);
  }
  return hash.digest("hex");
}

async function addImage(hash: Hash, { id, url, base64, upload }: ImageInput): Promise<void> {
  add(hash, [id ?? null, url?.href ?? null, base64 ?? null]);
  if (upload) await addUpload(hash, upload);
}

async function addUpload(hash: Hash, upload: Upload): Promise<void> {
  add(hash, upload.size);
  hash.update(new Uint8Array(await upload.arrayBuffer()));
}

function sortedOptions(options: ChatInput["options"]): unknown {
  return Object.entries(options ?? {})
    .filter(([, value]) => value != null)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** JSON ends where it ends, so nothing of one value can pass for the beginning of the next. */
function add(hash: Hash, value: unknown): void {
  hash.update(JSON.stringify(value));
}
