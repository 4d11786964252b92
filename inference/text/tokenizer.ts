import { InferenceError } from "../errors.ts";
import { likeRustBertNormalizer } from "./bert-text.ts";
import { asObject, type JsonObject } from "./json-object.ts";
import { specialNames } from "./special-names.ts";
import { readTokenizerFiles, type TokenizerFiles } from "./tokenizer-files.ts";
import { importTransformers, type PreTrainedTokenizer } from "./transformers.ts";

/** A checkpoint's own way between text and token ids. */
export interface Tokenizer {
  /** The text's ids with the special tokens that the model is used to: [CLS] … [SEP] for BERT, BOS first for LLaMA. */
  encode(text: string): number[];
  /** The text's ids and nothing around them; a special token's name in the text becomes its id, as in transformers. */
  encodePlain(text: string): number[];
  /** The text that the ids stand for, by transformers' rules; ids that print nothing are passed over. */
  decode(ids: readonly number[]): string;
  /** Whether the id stands for text: a special token does not, nor does an id that the tokenizer lacks. */
  prints(id: number): boolean;
  /** The id of a token by its exact spelling, such as "[SEP]". */
  idOf(token: string): number | undefined;
  /** Names that become one token wherever they stand in a text, and print nothing; the longest first. */
  readonly specialTokens: readonly string[];
  /** One more than the highest id. */
  readonly vocabularySize: number;
  /** The most tokens that the model was made for, where tokenizer_config.json says it. */
  readonly maxLength: number | undefined;
}

/**
 * Loads the tokenizer of a checkpoint folder from tokenizer.json, or from vocab.txt where that is all there is.
 * The first call loads transformers.js, and with it native code: for the worker process only.
 * Throws MODEL_UNAVAILABLE, naming the file.
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  return makeTokenizer(await readTokenizerFiles(folder));
}

/** A tokenizer from what its files hold. Throws MODEL_UNAVAILABLE when that is no tokenizer. */
export async function makeTokenizer(files: TokenizerFiles): Promise<Tokenizer> {
  const { PreTrainedTokenizer } = await importTransformers();
  try {
    return adapt(new PreTrainedTokenizer(files.tokenizer, files.config), files);
  } catch (cause) {
    throw new InferenceError("MODEL_UNAVAILABLE", "tokenizer.json describes no tokenizer that is known.", { cause });
  }
}

function adapt(inner: PreTrainedTokenizer, { tokenizer, config }: TokenizerFiles): Tokenizer {
  const ids = inner.get_vocab();
  const printing = printingIds(inner, config);
  const normalize = likeRustBertNormalizer(tokenizer.normalizer);
  const decoding = { clean_up_tokenization_spaces: cleansUp(tokenizer, config) };
  const prints = (id: number): boolean => printing.has(id);
  return {
    encode: (text) => inner.encode(normalize(text)),
    encodePlain: (text) => inner.encode(normalize(text), { add_special_tokens: false }),
    decode(tokenIds) {
      const printed = tokenIds.filter(prints);
      return printed.length === 0 ? "" : inner.decode(printed, decoding);
    },
    prints,
    idOf: (token) => ids.get(token),
    specialTokens: specialTokens(tokenizer, config),
    vocabularySize: [...ids.values()].reduce((size, id) => Math.max(size, id + 1), 0),
    maxLength: statedLength(config.model_max_length),
  };
}

/** Those that either file names; matching is by spelling. */
function specialTokens(tokenizer: JsonObject, config: JsonObject): readonly string[] {
  const added = [tokenizer.added_tokens, Object.values(asObject(config.added_tokens_decoder))]
    .flatMap((tokens) => (Array.isArray(tokens) ? (tokens as unknown[]) : []))
    .map(asObject)
    .flatMap(({ special, content }) => (special === true && typeof content === "string" ? [content] : []));
  const names = new Set([...added, ...specialNames(config)].filter((name) => name !== ""));
  return [...names].sort((a, b) => b.length - a.length);
}

/** The vocabulary less its holes and its special tokens. */
function printingIds(inner: PreTrainedTokenizer, config: JsonObject): ReadonlySet<number> {
  const special = new Set(specialNames(config));
  const tokens = [...inner.get_vocab()].filter(([token]) => typeof token === "string" && !special.has(token));
  const printing = new Set(tokens.map(([, id]) => id));
  for (const id of inner.all_special_ids) printing.delete(id);
  return printing;
}

/** Transformers 5: only where the checkpoint asks for it, and never for BPE, whose text it would damage. */
function cleansUp(tokenizer: JsonObject, config: JsonObject): boolean {
  return config.clean_up_tokenization_spaces === true && asObject(tokenizer.model).type !== "BPE";
}

/** Transformers writes 1e30 for "no limit". */
function statedLength(length: unknown): number | undefined {
  return Number.isSafeInteger(length) ? (length as number) : undefined;
}
