import { readFile } from "node:fs/promises";
import { type ImageSource, InferenceError } from "../../inference/index.ts";

/** A picture's bytes as a URL that holds them. Throws IMAGE_UNREADABLE for what is no picture of a known format. */
export async function dataUrl(image: ImageSource): Promise<string> {
  const bytes = "bytes" in image ? image.bytes : await readFile(image.file);
  const type = mediaType(bytes);
  if (type === undefined) throw new InferenceError("IMAGE_UNREADABLE", "This is no JPEG, PNG, WebP, GIF or AVIF file.");
  return `data:${type};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")}`;
}

/** By its first bytes: a server decodes it, and knows more. */
function mediaType(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
  if (start.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (start.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (/^GIF8[79]a/.test(start)) return "image/gif";
  if (/^RIFF.{4}WEBP/s.test(start)) return "image/webp";
  return /^.{4}ftypavi[fs]/s.test(start) ? "image/avif" : undefined;
}
