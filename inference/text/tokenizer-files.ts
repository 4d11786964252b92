import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { InferenceError } from "../errors.ts";
import { bertTokenizerJson } from "./bert-tokenizer-json.ts";
import { asObject, type JsonObject } from "./json-object.ts";

/** What a checkpoint says of its tokenizer. */
export interface TokenizerFiles {
  /** tokenizer.json. */
  readonly tokenizer: JsonObject;
  /** tokenizer_config.json; empty where there is none. */
  readonly config: JsonObject;
}

/** Reads a checkpoint's tokenizer files; vocab.txt stands in for tokenizer.json. Throws MODEL_UNAVAILABLE. */
export async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  const config = (await readJson(join(folder, "tokenizer_config.json"))) ?? {};
  const tokenizer = (await readJson(join(folder, "tokenizer.json"))) ?? (await fromVocabulary(folder, config));
  if (tokenizer !== undefined) return { tokenizer, config };
  throw unavailable(`${basename(folder)} has neither tokenizer.json nor vocab.txt.`);
}

async function fromVocabulary(folder: string, config: JsonObject): Promise<JsonObject | undefined> {
  const text = await readIfThere(join(folder, "vocab.txt"));
  return text === undefined ? undefined : bertTokenizerJson(text, config);
}

async function readJson(file: string): Promise<JsonObject | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  try {
    return asObject(JSON.parse(text));
  } catch (cause) {
    throw unavailable(`${basename(file)} is not JSON.`, cause);
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw unavailable(`${basename(file)} cannot be read.`, error);
  });
}

function unavailable(message: string, cause?: unknown): InferenceError {
  return new InferenceError("MODEL_UNAVAILABLE", message, { cause });
}
