import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createContext, Script } from "node:vm";
import { Template } from "@huggingface/jinja";
import { InferenceError } from "../errors.ts";
import { asObject, type JsonObject } from "./json-object.ts";

/** A message as chat templates know it: pictures, then what is said. */
export interface TemplateMessage {
  readonly role: "system" | "user" | "assistant";
  readonly text: string;
  /** How many pictures come with it. */
  readonly pictures: number;
}

/** Turns a conversation into the text that the model goes on from; each picture is an `<image>` in it. */
export type ChatTemplate = (messages: readonly TemplateMessage[]) => string;

const MAX_BYTES = 2 ** 20;
const MAX_RENDERED = 2 ** 22;
const TIMEOUT_MS = 2000;

/**
 * A checkpoint's own chat template, from chat_template.jinja, chat_template.json or tokenizer_config.json; undefined
 * where it has none. Throws MODEL_UNAVAILABLE for one that cannot be read. Rendering throws BAD_USER_INPUT where the
 * template refuses the conversation, and MODEL_UNAVAILABLE where it does not come to an end.
 */
export function loadChatTemplate(folder: string): ChatTemplate | undefined {
  const config = readJson(folder, "tokenizer_config.json");
  const source =
    readText(folder, "chat_template.jinja") ?? templateOf(readJson(folder, "chat_template.json")) ?? templateOf(config);
  return source === undefined ? undefined : chatTemplate(source, namedTokens(config));
}

/** A template in Jinja, as https://huggingface.co/docs/transformers/chat_templating describes it. */
export function chatTemplate(source: string, tokens: Readonly<Record<string, string>> = {}): ChatTemplate {
  const template = parse(source);
  const contentOf = /\btype\b/.test(source) ? parts : plain;
  return (messages) => {
    const told = messages.map((message) => ({ role: message.role, content: contentOf(message) }));
    return render(template, { ...tokens, messages: told, add_generation_prompt: true });
  };
}

/** What templates of models that see pictures take: a part for each picture, and one for the text. */
function parts({ text, pictures }: TemplateMessage): readonly JsonObject[] {
  return [...Array<JsonObject>(pictures).fill({ type: "image" }), { type: "text", text }];
}

/** For templates that know only of texts. */
function plain({ text, pictures }: TemplateMessage): string {
  return "<image>\n".repeat(pictures) + text;
}

function parse(source: string): Template {
  try {
    return new Template(source);
  } catch (cause) {
    throw unavailable(`The chat template cannot be read: ${reasonOf(cause)}`, cause);
  }
}

/** A template is a program: it runs against a clock, which ends it wherever it is. */
function render(template: Template, context: JsonObject): string {
  try {
    const text = againstClock(() => template.render(context));
    if (typeof text === "string" && text.length <= MAX_RENDERED) return text;
  } catch (cause) {
    if (isTimeout(cause)) throw unavailable(`The chat template takes longer than ${TIMEOUT_MS / 1000} s.`, cause);
    const message = `The model's chat template refuses the conversation: ${reasonOf(cause)}`;
    throw new InferenceError("BAD_USER_INPUT", message, { cause });
  }
  throw unavailable(`The chat template makes a text of more than ${MAX_RENDERED} characters.`);
}

const sandbox: { run: () => unknown } = { run: () => undefined };
const running = new Script("run()");
createContext(sandbox);

function againstClock(run: () => unknown): unknown {
  sandbox.run = run;
  try {
    return running.runInContext(sandbox, { timeout: TIMEOUT_MS });
  } finally {
    sandbox.run = () => undefined;
  }
}

function isTimeout(cause: unknown): boolean {
  return Object(cause) === cause && (cause as { code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}

function reasonOf(cause: unknown): string {
  return String(Object(cause) === cause ? (cause as { message?: unknown }).message : cause).slice(0, 200);
}

/** `chat_template` is a template, or a list of named ones of which "default" counts. */
function templateOf({ chat_template: template }: JsonObject): string | undefined {
  if (!Array.isArray(template)) return typeof template === "string" ? template : undefined;
  const found = template.map(asObject).find(({ name }) => name === "default")?.template;
  return typeof found === "string" ? found : undefined;
}

/** bos_token, eos_token … as templates spell them. */
function namedTokens(config: JsonObject): Readonly<Record<string, string>> {
  const named = Object.entries(config).filter(([key]) => key.endsWith("_token"));
  const spelled = named.map(([key, token]) => [key, typeof token === "string" ? token : asObject(token).content]);
  return Object.fromEntries(spelled.filter(([, token]) => typeof token === "string")) as Record<string, string>;
}

function readJson(folder: string, name: string): JsonObject {
  const text = readText(folder, name);
  if (text === undefined) return {};
  try {
    return asObject(JSON.parse(text));
  } catch (cause) {
    throw unavailable(`${name} is not JSON.`, cause);
  }
}

function readText(folder: string, name: string): string | undefined {
  const path = join(folder, name);
  if (!existsSync(path)) return undefined;
  if (statSync(path).size > MAX_BYTES) throw unavailable(`${name} is larger than ${MAX_BYTES} bytes.`);
  return readFileSync(path, "utf8");
}

function unavailable(message: string, cause?: unknown): InferenceError {
  return new InferenceError("MODEL_UNAVAILABLE", message, { cause });
}
