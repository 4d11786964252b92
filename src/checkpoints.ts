import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { repositoryOf } from "../hub/index.ts";
import { ConfigError } from "./config-error.ts";
import { dtypeChoices, type ChosenModel, type DtypeChoice } from "./dtypes.ts";

export interface CheckpointPlaces {
  readonly bundledFolder: string;
  /** How matrices are kept where a name does not say. */
  readonly dtype: DtypeChoice;
  /** The folder of a repository's checkpoint, fetched if it must be. */
  readonly fetchRepository: (repository: string, revision?: string) => Promise<string>;
}

/**
 * The folders to serve: those named, or every bundled one. A name is a bundled checkpoint's, a path, one of the catalogue,
 * or a repository's, these two also at a "@revision", and may end in how its matrices are kept, ":int4".
 */
export async function findCheckpoints(
  names: readonly string[],
  places: CheckpointPlaces,
): Promise<readonly ChosenModel[]> {
  const { bundledFolder, dtype } = places;
  const bundled = bundledCheckpoints(bundledFolder).map((model) => ({ ...model, dtype }));
  const models = names.length === 0 ? bundled : [];
  // One after the other: each may be a long download.
  for (const name of names) models.push(await findCheckpoint(name, places, bundled));
  if (models.length === 0)
    throw new ConfigError(`There is no checkpoint in ${bundledFolder}: name some with --models.`);
  const twice = models.find(({ name }, i) => models.findIndex((other) => other.name === name) !== i);
  if (!twice) return models;
  throw new ConfigError(`Two checkpoints are named "${twice.name}": rename one of their folders.`);
}

function bundledCheckpoints(folder: string): readonly Located[] {
  if (!existsSync(folder)) return [];
  const folders = readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name));
  return folders.filter(isCheckpoint).map(served);
}

type Located = Omit<ChosenModel, "dtype">;

const withDtype = new RegExp(`^(.+):(${dtypeChoices.join("|")})$`);

/** A branch, a tag or a commit; two dots are in no name of git's, and would lead out of the cache. */
const withRevision = /^([^@]+)@(?!.*\.\.)(\w[\w./-]*)$/;

async function findCheckpoint(
  given: string,
  { dtype: usual, fetchRepository }: CheckpointPlaces,
  bundled: readonly Located[],
): Promise<ChosenModel> {
  const [, name = given, own] = withDtype.exec(given) ?? [];
  const dtype = dtypeChoices.find((known) => known === own) ?? usual;
  const known = bundled.find((model) => model.name === name);
  if (known) return { ...known, dtype };
  const folder = resolve(name);
  if (isCheckpoint(folder)) return { ...served(folder), dtype };
  const [, plain = name, revision] = withRevision.exec(name) ?? [];
  const repository = repositoryOf(plain);
  if (repository !== undefined) {
    return { name: basename(repository), folder: await fetchRepository(repository, revision), dtype };
  }
  throw unknown(name, bundled);
}

function unknown(name: string, bundled: readonly Located[]): ConfigError {
  const [, plain = "", dtype = ""] = /^(.+):(\w+)$/.exec(name) ?? [];
  if (bundled.some((model) => model.name === plain) || repositoryOf(plain) !== undefined) {
    return new ConfigError(`"${name}": matrices cannot be kept as "${dtype}"; there are ${dtypeChoices.join(", ")}.`);
  }
  const names = bundled.map((model) => model.name).join(", ") || "there are none";
  return new ConfigError(
    `"${name}" is neither a folder with a config.json nor a bundled checkpoint (${names}), nor one that "npm run models" lists.`,
  );
}

function isCheckpoint(folder: string): boolean {
  return existsSync(join(folder, "config.json"));
}

function served(folder: string): Located {
  return { name: basename(folder), folder };
}
