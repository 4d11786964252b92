import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Checkpoint } from "../checkpoint/checkpoint.ts";
import type { FloatDtype } from "../checkpoint/tensor-ref.ts";
import type { ModelDetails } from "./model.ts";

const dtypeNames: Readonly<Record<FloatDtype, string>> = {
  F64: "float64",
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
};

/** What a checkpoint has to say about itself. Reads all of its bytes for the digest, unless `memory` remembers it. */
export async function modelDetails(
  checkpoint: Checkpoint,
  { family, tasks }: Pick<ModelDetails, "family" | "tasks">,
  memory?: string,
): Promise<ModelDetails> {
  return {
    family,
    tasks,
    dtype: dtypeNames[checkpoint.dtype],
    parameters: checkpoint.parameterCount,
    digest: await checkpoint.digest(memory),
    licence: readLicence(checkpoint.folder),
  };
}

/** `license:` of the model card's front matter, as the hub shows it; undefined without a card. */
function readLicence(folder: string): string | undefined {
  const card = join(folder, "README.md");
  if (!existsSync(card)) return undefined;
  const [, frontMatter = ""] = /^---\r?\n(.*?)\r?\n---/s.exec(readFileSync(card, "utf8")) ?? [];
  return /^license:\s*["']?([^\s"'#]+)/m.exec(frontMatter)?.[1];
}
