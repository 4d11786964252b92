export type { PreTrainedTokenizer } from "@huggingface/transformers";

/** transformers.js, kept from the network, from files of its own, and from reporting home. */
export async function importTransformers(): Promise<typeof import("@huggingface/transformers")> {
  process.env.ORT_DISABLE_TELEMETRY ??= "1";
  const transformers = await import("@huggingface/transformers");
  Object.assign(transformers.env, {
    allowRemoteModels: false,
    useFSCache: false,
    useWasmCache: false,
  } satisfies Partial<typeof transformers.env>);
  return transformers;
}
