import { HubError } from "./hub-error.ts";

/** What a checkpoint may bring beside its weights. */
const small =
  /^(config|generation_config|preprocessor_config|processor_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|chat_template)\.json$|^(vocab|merges)\.txt$|^(tokenizer|spiece)\.model$|^chat_template\.jinja$|^README\.md$/;

/** Weights in the order in which they are looked for; an index comes with its shards. */
const weights: readonly RegExp[] = [
  /^model\.safetensors$/,
  /^model(-\d+-of-\d+\.safetensors|\.safetensors\.index\.json)$/,
  /^pytorch_model\.bin$/,
  /^pytorch_model(-\d+-of-\d+\.bin|\.bin\.index\.json)$/,
];

/** The files of a repository that serving it needs. Throws a HubError where it holds no checkpoint. */
export function checkpointFiles<File extends { readonly path: string }>(
  repository: string,
  files: readonly File[],
): readonly File[] {
  const chosen = weights
    .map((pattern) => files.filter(({ path }) => pattern.test(path)))
    .find((found) => found.length > 0);
  if (chosen === undefined || !files.some(({ path }) => path === "config.json")) {
    throw new HubError(
      "unusable",
      `${repository} holds no checkpoint: it needs config.json and safetensors or .bin weights.`,
    );
  }
  return [...files.filter(({ path }) => small.test(path)), ...chosen];
}
