/** The special words of BERT-uncased, where its vocabulary has them. BLIP's own two stand at the end. */
export const specialIds = { "[PAD]": 0, "[UNK]": 100, "[CLS]": 101, "[SEP]": 102, "[MASK]": 103 } as const;

/** Where real words begin; below stand special and unused ones. */
export const firstWordId = 104;

const letters = Array.from("abcdefghijklmnopqrstuvwxyz");
const digits = Array.from("0123456789");
const signs = Array.from("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
const pieces = [...digits, ...letters].map((character) => `##${character}`);
const vowels = Array.from("aeiou");
const syllables = Array.from("bcdfghjklmnpqrstvwxz").flatMap((first) => vowels.map((vowel) => first + vowel));

/** [DEC], which begins a decoder's text, and [ENC]. */
export function blipIds(size: number): { readonly "[DEC]": number; readonly "[ENC]": number } {
  return { "[DEC]": size - 2, "[ENC]": size - 1 };
}

/** A WordPiece vocabulary of this size: every printable ASCII text can be written with it; longer words are made up. */
export function vocabulary(size: number): readonly string[] {
  const words = Array.from({ length: firstWordId }, (_, id) => `[unused${id}]`);
  for (const [word, id] of Object.entries(specialIds)) words[id] = word;
  words.push(...signs, ...digits, ...letters, ...pieces);
  if (size < words.length + 2) throw new RangeError(`A vocabulary needs at least ${words.length + 2} words.`);
  for (let n = 0; words.length < size - 2; n++) words.push(madeUpWord(n));
  return [...words, ...Object.keys(blipIds(size))];
}

/** The number in syllables for digits: "ba", "be", … "beba" for 100. */
export function madeUpWord(n: number): string {
  const last = syllables[n % syllables.length]!;
  return n < syllables.length ? last : madeUpWord(Math.floor(n / syllables.length)) + last;
}

/** tokenizer.json of this vocabulary, as BertTokenizerFast saves it. */
export function tokenizerJson(words: readonly string[]): object {
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: Object.entries({ ...specialIds, ...blipIds(words.length) }).map(([content, id]) => ({
      ...{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
    })),
    normalizer: {
      ...{ type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: postProcessor(),
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
    },
  };
}

/** [CLS] text [SEP], or [CLS] text [SEP] other [SEP] */
function postProcessor(): object {
  const special = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
  const sequence = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
  const single = [special("[CLS]", 0), sequence("A", 0), special("[SEP]", 0)];
  const names = ["[CLS]", "[SEP]"] as const;
  return {
    type: "TemplateProcessing",
    single,
    pair: [...single, sequence("B", 1), special("[SEP]", 1)],
    special_tokens: Object.fromEntries(names.map((id) => [id, { id, ids: [specialIds[id]], tokens: [id] }])),
  };
}
