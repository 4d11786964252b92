import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { HubError, parseReferences, referencesOf, repositoryOf, type Reference } from "../../hub/index.ts";
import { startInference, type ServedModel } from "../../inference/index.ts";
import { findCheckpoints } from "../checkpoints.ts";
import { parseConfig, type Config } from "../config.ts";
import { fetchRepository } from "../fetch-repository.ts";
import { planMemory } from "../memory.ts";
import { projectRoot } from "../project-root.ts";
import { relaxed } from "../compare-answer.ts";
import { verify, type Check } from "../verify.ts";
import { maxRequestBytes, maxRequests, memoryLimits, workerConfig } from "../worker-config.ts";
import { table } from "./table.ts";

const bundledFolder = join(projectRoot, "checkpoints");
/** A large model on a small machine takes its time. */
const TIMEOUT_MS = 3_600_000;

/** Fetches a checkpoint, if it must be, and compares what it gives with its references; `passed` if none differs. */
export async function verifyModel(
  given: string,
  referencesFile: string | undefined,
): Promise<{ readonly table: string; readonly passed: boolean }> {
  const name = given.replace(/:\w+$/, "");
  const repository = repositoryOf(name) ?? name;
  const references = await referencesFor(repository, referencesFile);
  const config = parseConfig([], process.env) as Config;
  const chosen = await findCheckpoints([given], { bundledFolder, dtype: config.dtype, fetchRepository });
  const [model] = planMemory(chosen, config, memoryLimits(config)).models;
  const checks = await checksOf(model!, references, config);
  return { table: tableOf(checks), passed: checks.every(({ verdict }) => verdict !== "differs") };
}

async function referencesFor(repository: string, file: string | undefined): Promise<readonly Reference[]> {
  const all = file === undefined ? referencesOf(repository) : parseReferences(await readFile(file, "utf8"));
  const references = all.filter((reference) => reference.repository === repository);
  if (references.length > 0) return references;
  throw new HubError("not-found", `Nothing is published of ${repository}; --references names a file with some.`);
}

async function checksOf(
  model: ServedModel,
  references: readonly Reference[],
  config: Config,
): Promise<readonly Check[]> {
  const worker = workerConfig([model], config);
  const log = (line: string): void => console.error(line);
  const inference = startInference({ worker, maxRequests, maxRequestBytes, timeoutMs: TIMEOUT_MS, log });
  try {
    await inference.ready();
    const [{ device } = { device: "none" }] = inference.models();
    return await verify(model.name, isExact(model, device) ? references : references.map(relaxed), inference);
  } finally {
    await inference.close();
  }
}

/** What is left to the device is float32 on the CPU, and may be float16 on a GPU. */
function isExact({ dtype }: ServedModel, device: string): boolean {
  return dtype === "float32" || (dtype === undefined && device === "cpu");
}

function tableOf(checks: readonly Check[]): string {
  const rows = checks.map(({ verdict, asked, expected, given, compared }) => {
    return [verdict, compared, asked, expected, given];
  });
  return table([["", "the same", "asked", "published", "given"], ...rows]);
}
