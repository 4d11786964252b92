import { InferenceError } from "../errors.ts";
import type { ImageFormat } from "./rgb-image.ts";

const NAMES: Record<ImageFormat, string> = { jpeg: "JPEG", png: "PNG", webp: "WebP", gif: "GIF", avif: "AVIF" };

/** IMAGE_UNREADABLE for a picture of a known format that the decoder refused or gave up on, with its reason. */
export function unreadable(format: ImageFormat, cause: unknown): InferenceError {
  const reason = cause instanceof Error ? decoderReason(cause.message) : undefined;
  const fault = reason?.startsWith("timeout") === true ? "takes too long to decode" : "is damaged or cut off";
  const detail = reason === undefined ? "" : ` (${reason})`;
  return new InferenceError("IMAGE_UNREADABLE", `This ${NAMES[format]} picture ${fault}${detail}.`, { cause });
}

/** libvips reports each step that failed on a line of its own, the deepest last; one short line is enough. */
function decoderReason(message: string): string | undefined {
  const lines = message.split("\n").filter((line) => line !== "" && !line.endsWith("header:"));
  return lines.at(-1)?.trim().slice(0, 120);
}
