import { type ChatMessage, type GenerationOptions, InferenceError } from "../../inference/index.ts";
import { dataUrl } from "./data-url.ts";
import type { Dialect, OwnOption } from "./dialects.ts";
import type { JsonObject } from "./json.ts";
import { unavailable } from "./server-errors.ts";

/** Prints nothing, and is in no special token's name. */
const BREAK = "\u200B";
/** Names of special tokens, of which servers do not tell their own: ChatML's and Llama's, pictures' places. */
const specialNames = /<\|[^|<>]{1,40}\|>|<\/?s>|<(?:unk|pad|image|__media__)>|\[\/?INST\]/g;

/** The messages with their pictures, as chat completions have them. */
export function messagesOf(messages: readonly ChatMessage[]): Promise<readonly JsonObject[]> {
  return Promise.all(
    messages.map(async ({ role, text, images }) => {
      const pictures = images.map(async (image) => ({ type: "image_url", image_url: { url: await dataUrl(image) } }));
      const safe = withoutSpecials(text);
      const content = images.length === 0 ? safe : [...(await Promise.all(pictures)), { type: "text", text: safe }];
      return { role: role.toLowerCase(), content };
    }),
  );
}

/** Whatever was typed is text, and neither a picture's place nor the end of a turn. */
function withoutSpecials(text: string): string {
  return text.replaceAll(specialNames, (name) => `${name[0]}${BREAK}${name.slice(1)}`);
}

export interface BodyParts {
  readonly model: string;
  readonly messages: readonly JsonObject[];
  readonly options: GenerationOptions;
  readonly maxTokens: number;
  /** What has been said of the answer. */
  readonly said: string;
  readonly salt?: string | undefined;
}

/** What is asked of the server: the rest of an answer, as a stream. Throws where its dialect has no word for that. */
export function bodyOf({ model, messages, options, maxTokens, said, salt }: BodyParts, dialect: Dialect): JsonObject {
  const asked = { model, stream: true, max_tokens: maxTokens, ...optionFields(options, dialect) };
  const body = { ...asked, ...dialect.counting, ...(salt === undefined ? {} : dialect.salting(salt)) };
  if (said === "") return { ...body, messages };
  if (dialect.continuing === undefined)
    throw unavailable("It is not known how the model's server goes on with a text.");
  const unfinished = { role: "assistant", content: dialect.unfinished(said) };
  return { ...body, messages: [...messages, unfinished], ...dialect.continuing };
}

/** Throws BAD_USER_INPUT for an option that the server does not have. */
export function optionFields(options: GenerationOptions, dialect: Dialect): JsonObject {
  const { temperature = 0, topP, seed, stop = [] } = options;
  checkBeams(options);
  const random = {
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(seed === undefined ? {} : { seed }),
    ...ownField("topK", options, dialect),
  };
  return {
    temperature,
    ...(temperature > 0 ? random : {}),
    ...ownField("repetitionPenalty", options, dialect),
    ...ownField("minTokens", options, dialect),
    ...(stop.length === 0 ? {} : { stop }),
  };
}

function checkBeams({ beams = 1, lengthPenalty }: GenerationOptions): void {
  if (beams > 1) throw notThere("beams", "only 1 will do");
  if (lengthPenalty !== undefined) throw notThere("lengthPenalty", "leave it out");
}

/** What changes nothing need not be said. */
const neutral: Readonly<Record<OwnOption, number>> = { topK: Infinity, repetitionPenalty: 1, minTokens: 0 };

function ownField(option: OwnOption, options: GenerationOptions, { options: names }: Dialect): JsonObject {
  const value = options[option];
  if (value === undefined || value === neutral[option]) return {};
  const name = names[option];
  if (name === undefined) throw notThere(option, "leave it out");
  return { [name]: value };
}

function notThere(option: keyof GenerationOptions, instead: string): InferenceError {
  return new InferenceError("BAD_USER_INPUT", `The model's server has no options.${option}: ${instead}.`);
}
