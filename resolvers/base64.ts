import { InferenceError } from "../inference/index.ts";

/** Decodes a picture given as base64, raw or as a data URI; strict, and bounded before anything is decoded. */
export function decodeBase64Picture(text: string, maxBytes: number): Uint8Array {
  const digits = text.startsWith("data:") ? dataOf(text) : text;
  if (digits.length > Math.ceil(maxBytes / 3) * 4) {
    throw new InferenceError("IMAGE_TOO_LARGE", `The picture's base64 stands for more than ${maxBytes} bytes.`);
  }
  checkDigits(digits);
  return Buffer.from(digits, "base64");
}

/** What follows the comma of "data:image/png;base64,…" (RFC 2397). */
function dataOf(uri: string): string {
  const comma = uri.indexOf(",");
  const head = comma < 0 ? "" : uri.slice(0, Math.min(comma, 256));
  if (head.toLowerCase().endsWith(";base64")) return uri.slice(comma + 1);
  throw badBase64('a data URI must begin with "data:<media type>;base64,"');
}

/** The alphabet of RFC 4648 §4 and nothing else, padded to a multiple of four. */
function checkDigits(digits: string): void {
  const end = digits.search(/[^A-Za-z0-9+/]/);
  const padding = end < 0 ? "" : digits.slice(end);
  if (padding !== "" && padding !== "=" && padding !== "==") {
    throw badBase64(`the character at position ${end} is not of its alphabet (line breaks must be removed)`);
  }
  if (digits.length % 4 !== 0) throw badBase64(`its length must be a multiple of 4; it is ${digits.length}`);
}

function badBase64(rule: string): InferenceError {
  return new InferenceError("BAD_USER_INPUT", `The picture is not base64: ${rule}.`);
}
