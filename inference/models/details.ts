import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Checkpoint } from "../checkpoint/checkpoint.ts";
import type { FloatDtype } from "../checkpoint/tensor-ref.ts";
import type { Model, ModelAbout, ModelDetails } from "./model.ts";

const dtypeNames: Readonly<Record<FloatDtype, string>> = {
  F64: "float64",
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
};

/** What a checkpoint has to say about itself: at once, and with the digest of all its bytes. */
export function modelDetails(
  checkpoint: Checkpoint,
  { family, tasks }: Pick<ModelDetails, "family" | "tasks">,
): Pick<Model, "about" | "info"> {
  const about = (): ModelAbout => ({
    family,
    tasks,
    dtype: dtypeNames[checkpoint.dtype],
    parameters: checkpoint.parameterCount,
    licence: readLicence(checkpoint.folder),
  });
  return { about, info: async (memory) => ({ ...about(), digest: await checkpoint.digest(memory) }) };
}

/** Of the model card's front matter, as the hub shows it: the name of one that is none of its list; undefined without a card. */
function readLicence(folder: string): string | undefined {
  const card = join(folder, "README.md");
  if (!existsSync(card)) return undefined;
  const [, frontMatter = ""] = /^---\r?\n(.*?)\r?\n---/s.exec(readFileSync(card, "utf8")) ?? [];
  const [licence, name] = ["license", "license_name"].map((key) => valueOf(frontMatter, key));
  return licence === "other" ? (name ?? licence) : licence;
}

function valueOf(frontMatter: string, key: string): string | undefined {
  return new RegExp(`^${key}:\\s*["']?([^\\s"'#]+)`, "m").exec(frontMatter)?.[1];
}
