import { InferenceError } from "../errors.ts";
import type { ImageFormat } from "./rgb-image.ts";

/** For messages: what may be sent. */
const ACCEPTED_FORMATS = "JPEG, PNG, WebP, GIF or AVIF";

/**
 * Tells a picture's encoding from its first bytes, whatever its file name or MIME type said.
 * Throws IMAGE_UNREADABLE, which says what the bytes are instead.
 */
export function sniffFormat(bytes: Uint8Array): ImageFormat {
  const format = pictureFormat(bytes);
  if (format !== undefined) return format;
  throw new InferenceError(
    "IMAGE_UNREADABLE",
    `This is ${describeContent(bytes)}; a picture must be ${ACCEPTED_FORMATS}.`,
  );
}

function pictureFormat(bytes: Uint8Array): ImageFormat | undefined {
  if (hasText(bytes, 0, "\xff\xd8\xff")) return "jpeg";
  if (hasText(bytes, 0, "\x89PNG\r\n\x1a\n")) return "png";
  if (hasText(bytes, 0, "RIFF") && hasText(bytes, 8, "WEBP")) return "webp";
  if (hasText(bytes, 0, "GIF87a") || hasText(bytes, 0, "GIF89a")) return "gif";
  return mediaBrands(bytes).some((brand) => brand === "avif" || brand === "avis") ? "avif" : undefined;
}

/** More brands than any real file names. */
const MAX_BRANDS = 64;

/** The brands in the `ftyp` box that an ISO media file (AVIF, HEIC, MP4) starts with; empty for anything else. */
function mediaBrands(bytes: Uint8Array): readonly string[] {
  if (!hasText(bytes, 4, "ftyp") || bytes.length < 16) return [];
  const box = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0);
  const count = Math.min(Math.floor((Math.min(box, bytes.length) - 8) / 4), MAX_BRANDS);
  return Array.from({ length: Math.max(count, 0) }, (_, i) => latin1(bytes.subarray(8 + 4 * i, 12 + 4 * i)));
}

const SIGNATURES: readonly (readonly [offset: number, signature: string, name: string])[] = [
  [0, "%PDF-", "a PDF document"],
  [0, "BM", "a BMP picture"],
  [0, "II*\0", "a TIFF picture"],
  [0, "MM\0*", "a TIFF picture"],
  [0, "8BPS", "a Photoshop file"],
  [0, "\0\0\x01\0", "an icon (ICO)"],
  [0, "\xff\x0a", "a JPEG XL picture"],
  [4, "JXL ", "a JPEG XL picture"],
  [4, "jP  ", "a JPEG 2000 picture"],
  [4, "ftyphei", "a HEIC picture"],
  [4, "ftypmif1", "a HEIF picture"],
  [4, "ftyp", "a video (MP4)"],
  [0, "\x1aE\xdf\xa3", "a video (Matroska or WebM)"],
  [0, "PK\x03\x04", "a ZIP archive"],
  [0, "\x1f\x8b", "a gzip archive"],
  [0, "RIFF", "a RIFF file other than WebP"],
];

/** What the bytes are, with its article, for people. */
function describeContent(bytes: Uint8Array): string {
  if (bytes.length === 0) return "an empty file";
  const known = SIGNATURES.find(([offset, signature]) => hasText(bytes, offset, signature));
  return known?.[2] ?? describeText(bytes.subarray(0, 1024)) ?? "a file of an unknown kind";
}

const MARKUP: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/<svg[\s>]/i, "an SVG drawing"],
  [/^\s*<(!doctype html|html|head|body)/i, "an HTML page"],
  [/^\s*<(\?xml|[a-z])/i, "an XML document"],
  [/^\s*data:/i, "the text of a data URI"],
  [/^\s*[{[]/, "JSON"],
];

/** Undefined when the bytes are not text. */
function describeText(start: Uint8Array): string | undefined {
  const text = latin1(start);
  // Control characters other than tab, line feed, form feed and carriage return do not occur in text.
  if (/[\0-\x08\x0b\x0e-\x1f]/.test(text)) return undefined;
  return MARKUP.find(([pattern]) => pattern.test(text))?.[1] ?? "text";
}

/** Whether `text`, one character a byte, stands at `offset`. */
function hasText(bytes: Uint8Array, offset: number, text: string): boolean {
  return latin1(bytes.subarray(offset, offset + text.length)) === text;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
