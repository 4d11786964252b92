import { InferenceError } from "../../errors.ts";
import type { FeatureSpan } from "../../scheduling/program.ts";
import type { ChatTemplate, TemplateMessage } from "../../text/chat-template.ts";
import { escapeSpecials } from "../../text/escape-specials.ts";
import type { Tokenizer } from "../../text/tokenizer.ts";
import type { Message, Picture } from "../model.ts";

/** The rows that stand for a picture in a prompt, one after the other: an output each, or a part of one. */
export type PictureRows = (picture: Picture) => readonly Omit<FeatureSpan, "start">[];

/** What prompts are made of. */
export interface PromptSource {
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate;
  /** `<image>` */
  readonly imageTokenId: number;
  readonly maxPositions: number;
  readonly rowsOf: PictureRows;
}

/** What the language model goes on from. */
export interface Prompt {
  /** The conversation as the template has it, `<image>` in a picture's place. */
  readonly text: string;
  readonly tokenIds: readonly number[];
  readonly features: readonly FeatureSpan[];
}

/**
 * A conversation's tokens, each `<image>` as often as its picture has rows, and where those rows come from.
 * Throws PROMPT_TOO_LONG, which counts, where no position would be left for an answer.
 */
export function promptOf(messages: readonly Message[], source: PromptSource): Prompt {
  const text = source.template(messages.map((message) => templateMessage(message, source.tokenizer)));
  const pictures = messages.flatMap((message) => message.pictures);
  const prompt = { text, ...withPictures(encode(text, source.tokenizer), pictures, source) };
  checkLength(prompt, source);
  return prompt;
}

/** Whatever was typed is text: the names of special tokens in it are broken. */
function templateMessage({ role, text, pictures }: Message, { specialTokens }: Tokenizer): TemplateMessage {
  return {
    role: role.toLowerCase() as TemplateMessage["role"],
    text: escapeSpecials(text, specialTokens),
    pictures: pictures.length,
  };
}

/** Some templates write the first token themselves, some leave it to the tokenizer: it must come once. */
function encode(text: string, tokenizer: Tokenizer): readonly number[] {
  const ids = tokenizer.encode(text);
  const plain = tokenizer.encodePlain(text);
  return plain[0] === ids[0] ? plain : ids;
}

function withPictures(
  ids: readonly number[],
  pictures: readonly Picture[],
  { imageTokenId, rowsOf }: PromptSource,
): Omit<Prompt, "text"> {
  checkPlaces(ids.filter((id) => id === imageTokenId).length, pictures.length);
  const [tokenIds, features]: [number[], FeatureSpan[]] = [[], []];
  const waiting = pictures.values();
  for (const id of ids) {
    if (id !== imageTokenId) tokenIds.push(id);
    else
      for (const span of rowsOf(waiting.next().value!)) {
        features.push({ ...span, start: tokenIds.length });
        tokenIds.push(...Array<number>(span.rows).fill(imageTokenId));
      }
  }
  return { tokenIds, features };
}

function checkPlaces(places: number, pictures: number): void {
  if (places === pictures) return;
  const problem = `the model's chat template has ${places} places for ${pictures} pictures`;
  throw new InferenceError("MODEL_UNAVAILABLE", problem);
}

function checkLength({ tokenIds, features }: Prompt, { maxPositions }: PromptSource): void {
  if (tokenIds.length < maxPositions) return;
  const rows = features.reduce((sum, span) => sum + span.rows, 0);
  throw new InferenceError(
    "PROMPT_TOO_LONG",
    `the conversation takes ${tokenIds.length} tokens, ${rows} of them for pictures; the model takes at most ${maxPositions - 1}`,
  );
}

/** The tokens of an answer if it were this text; they depend on what stands before it. */
export function answerIds(answer: string, prompt: Prompt, { tokenizer }: PromptSource): readonly number[] {
  const before = prompt.text.slice(prompt.text.lastIndexOf("\n") + 1);
  const separator = /\s$/.test(prompt.text) ? "" : " ";
  const said = `${separator}${escapeSpecials(answer, tokenizer.specialTokens)}`;
  const [start, whole] = [tokenizer.encodePlain(before), tokenizer.encodePlain(before + said)];
  const isContinued = start.every((id, i) => id === whole[i]);
  return isContinued ? whole.slice(start.length) : tokenizer.encodePlain(said);
}
