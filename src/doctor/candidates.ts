import { join } from "node:path";
import { catalogue, checkpointBytes, diskBytes, findSnapshot, revisionOf, type HubConfig } from "../../hub/index.ts";
import {
  expectedNeeds,
  type MemoryLimits,
  type MemoryNeed,
  memoryNeeds,
  type ServedDtype,
} from "../../inference/index.ts";
import { findCheckpoints } from "../checkpoints.ts";
import type { ChosenModel, DtypeChoice } from "../dtypes.ts";
import { projectRoot } from "../project-root.ts";

const bundledFolder = join(projectRoot, "checkpoints");

const TIMEOUT_MS = 8_000;

/** A model that might be served. */
export interface Candidate {
  readonly model: ChosenModel;
  /** Where its files are. */
  readonly place: "bundled" | "here" | Elsewhere;
  /** To be fetched; undefined where only the hub knows. */
  readonly missingBytes: number | undefined;
  /** What it takes in memory; undefined where that is not known without its files. */
  readonly needs: Readonly<Record<ServedDtype, MemoryNeed>> | undefined;
  /** Why what is here cannot be served. */
  readonly problem?: string;
}

export interface CandidateOptions {
  /** How matrices are kept where a name does not say. */
  readonly dtype: DtypeChoice;
  readonly hub: HubConfig;
  readonly limits: MemoryLimits;
}

/** The bundled checkpoints and the catalogue's, or those that are named as for `--models`. Throws a ConfigError. */
export async function findCandidates(
  names: readonly string[],
  { dtype, hub, limits }: CandidateOptions,
): Promise<readonly Candidate[]> {
  const missing = new Map<string, Elsewhere>();
  const fetchRepository = (repository: string, revision = revisionOf(repository)): Promise<string> => {
    const there = findSnapshot(hub, repository, revision) ?? findSnapshot(hub, repository, "main");
    if (there === undefined) missing.set(repository, { repository, revision });
    return Promise.resolve(there ?? repository);
  };
  const places = { bundledFolder, dtype, fetchRepository };
  const all = names.length > 0 ? names : catalogue.map(({ repository }) => repository);
  const bundled = names.length > 0 ? [] : await findCheckpoints([], places);
  const found = [...bundled, ...(await findCheckpoints(all, places))];
  return Promise.all(
    found.map(async (model) => {
      const place = missing.get(model.folder);
      return place === undefined ? present(model, limits) : await absent(model, place, { hub, limits });
    }),
  );
}

function present(model: ChosenModel, limits: MemoryLimits): Candidate {
  const place = model.folder.startsWith(bundledFolder) ? "bundled" : "here";
  try {
    return { model, place, missingBytes: 0, needs: memoryNeeds(model.folder, limits) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { model, place, missingBytes: 0, needs: undefined, problem };
  }
}

interface Elsewhere {
  readonly repository: string;
  readonly revision: string;
}

async function absent(
  model: ChosenModel,
  place: Elsewhere,
  { hub, limits }: Pick<CandidateOptions, "hub" | "limits">,
): Promise<Candidate> {
  const entry = catalogue.find(({ repository }) => repository === place.repository);
  if (entry === undefined) return { model, place, needs: undefined, ...(await askedBytes(place, hub)) };
  const needs = expectedNeeds({ ...entry, parameters: 1e6 * entry.megaParameters }, limits);
  return { model, place, missingBytes: diskBytes(entry), needs };
}

/** What only the hub knows. */
async function askedBytes(
  place: Elsewhere,
  hub: HubConfig,
): Promise<Pick<Candidate, "missingBytes"> & { readonly problem?: string }> {
  if (hub.access === "offline") return { missingBytes: undefined };
  try {
    return { missingBytes: await checkpointBytes(hub, { ...place, signal: AbortSignal.timeout(TIMEOUT_MS) }) };
  } catch (error) {
    return { missingBytes: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}
