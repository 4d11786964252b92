import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { servedDtypes, type ServedDtype, type ServedModel } from "../inference/index.ts";
import { ConfigError } from "./config-error.ts";

/**
 * The folders to serve: those named, or every bundled one. A name is a bundled checkpoint's or a path, and may end in how
 * its matrices are kept, ":int4"; else that is `dtype`.
 */
export function findCheckpoints(
  names: readonly string[],
  bundledFolder: string,
  dtype: ServedDtype = "float32",
): readonly ServedModel[] {
  const bundled = bundledCheckpoints(bundledFolder).map((model) => ({ ...model, dtype }));
  const models = names.length === 0 ? bundled : names.map((name) => findCheckpoint(name, dtype, bundled));
  if (models.length === 0)
    throw new ConfigError(`There is no checkpoint in ${bundledFolder}: name some with --models.`);
  const twice = models.find(({ name }, i) => models.findIndex((other) => other.name === name) !== i);
  if (!twice) return models;
  throw new ConfigError(`Two checkpoints are named "${twice.name}": rename one of their folders.`);
}

function bundledCheckpoints(folder: string): readonly ServedModel[] {
  if (!existsSync(folder)) return [];
  const folders = readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name));
  return folders.filter(isCheckpoint).map(served);
}

const withDtype = new RegExp(`^(.+):(${servedDtypes.join("|")})$`);

function findCheckpoint(given: string, usual: ServedDtype, bundled: readonly ServedModel[]): ServedModel {
  const [, name = given, own] = withDtype.exec(given) ?? [];
  const dtype = servedDtypes.find((known) => known === own) ?? usual;
  const known = bundled.find((model) => model.name === name);
  if (known) return { ...known, dtype };
  const folder = resolve(name);
  if (isCheckpoint(folder)) return { ...served(folder), dtype };
  const names = bundled.map((model) => model.name).join(", ") || "there are none";
  throw new ConfigError(`"${name}" is neither a folder with a config.json nor a bundled checkpoint (${names}).`);
}

function isCheckpoint(folder: string): boolean {
  return existsSync(join(folder, "config.json"));
}

function served(folder: string): ServedModel {
  return { name: basename(folder), folder };
}
