/** What we use of it; the package's own types are not found by Node's rules: they import each other without extensions. */
declare module "@huggingface/tokenizers" {
  export class Tokenizer {
    /** What tokenizer.json and tokenizer_config.json hold. */
    constructor(tokenizer: object, config: object);
    encode(text: string, options?: { readonly add_special_tokens: boolean }): { readonly ids: number[] };
    decode(ids: readonly number[], options?: { readonly clean_up_tokenization_spaces: boolean }): string;
    get_vocab(): Map<string, number>;
    get_added_tokens_decoder(): Map<number, { readonly special: boolean }>;
  }
}
