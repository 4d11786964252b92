import { InferenceError } from "../inference/index.ts";
import type { Upload } from "../resolvers/picture-reader.ts";
import { builder } from "./builder.ts";

builder.scalarType("DateTime", {
  description: "An instant in RFC 3339 form, in UTC.",
  serialize: (value) => value.toISOString(),
  parseValue: (value) => parseDate(value),
});

builder.scalarType("URL", {
  description: "An absolute URL as the WHATWG URL standard defines it.",
  serialize: (value) => value.href,
  parseValue: (value) => parseUrl(value),
});

builder.scalarType("Base64", {
  description: "Bytes in base64 (RFC 4648 §4, padded, no line breaks), raw or as a data URI.",
  serialize: (value) => value,
  parseValue: (value) => parseString(value, "Base64"),
});

builder.scalarType("File", {
  description: "A file of a multipart request (GraphQL multipart request specification). Only variables can hold it.",
  serialize: () => {
    throw badValue("A File is never sent back.");
  },
  parseValue: (value) => parseUpload(value),
  parseLiteral: () => {
    throw badValue("A File must be a variable that the multipart request maps to one of its parts.");
  },
});

function parseDate(value: unknown): Date {
  const date = new Date(parseString(value, "DateTime"));
  if (!Number.isNaN(date.getTime())) return date;
  throw badValue("A DateTime must be in RFC 3339 form.");
}

function parseUrl(value: unknown): URL {
  const text = parseString(value, "URL");
  if (URL.canParse(text)) return new URL(text);
  throw badValue("A URL must be absolute, such as https://example.org/cat.png.");
}

function parseString(value: unknown, scalar: string): string {
  if (typeof value === "string") return value;
  throw badValue(`A ${scalar} must be a string.`);
}

/** A part of the request that is no file, or a JSON object in its place, must not reach a resolver. */
function parseUpload(value: unknown): Upload {
  if (isUpload(value)) return value;
  throw badValue("A File must be a file part of a multipart request; something else stands in its place.");
}

function isUpload(value: unknown): value is Upload {
  if (typeof value !== "object" || value === null) return false;
  const { size, arrayBuffer } = value as Partial<Record<keyof Upload, unknown>>;
  return typeof size === "number" && typeof arrayBuffer === "function";
}

function badValue(message: string): InferenceError {
  return new InferenceError("BAD_USER_INPUT", message);
}
