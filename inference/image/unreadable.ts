import { InferenceError } from "../errors.ts";
import type { ImageFormat } from "./rgb-image.ts";

const NAMES: Record<ImageFormat, string> = { jpeg: "JPEG", png: "PNG", webp: "WebP", gif: "GIF", avif: "AVIF" };

/** What libvips, and glib below it, say where the machine lacks something: that is not the picture's fault. */
const LACKING = ["error creating thread", "out of memory", "cannot allocate memory", "unable to allocate", "bad_alloc"];
const RETRY_AFTER_MS = 1_000;

/**
 * IMAGE_UNREADABLE for a picture of a known format that the decoder refused or gave up on, with its reason; OVERLOADED where
 * there was no memory for it.
 */
export function unreadable(format: ImageFormat, cause: unknown): InferenceError {
  const reason = cause instanceof Error ? decoderReason(cause.message) : undefined;
  if (reason !== undefined && isLack(reason)) {
    const message = "There is not enough memory to read this picture beside what runs. Try again later.";
    return new InferenceError("OVERLOADED", message, { retryAfterMs: RETRY_AFTER_MS, cause });
  }
  const fault = reason?.startsWith("timeout") === true ? "takes too long to decode" : "is damaged or cut off";
  const detail = reason === undefined ? "" : ` (${reason})`;
  return new InferenceError("IMAGE_UNREADABLE", `This ${NAMES[format]} picture ${fault}${detail}.`, { cause });
}

function isLack(reason: string): boolean {
  return LACKING.some((saying) => reason.toLowerCase().includes(saying));
}

/** libvips reports each step that failed on a line of its own, the deepest last; one short line is enough. */
function decoderReason(message: string): string | undefined {
  const lines = message.split("\n").filter((line) => line !== "" && !line.endsWith("header:"));
  return lines.at(-1)?.trim().slice(0, 120);
}
