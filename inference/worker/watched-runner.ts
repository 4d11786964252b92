import type { EngineOptions } from "../engine.ts";
import type { Batch } from "../scheduling/batch.ts";
import { membersOf } from "../scheduling/requests.ts";
import type { Activity } from "./activity.ts";

type Runner = EngineOptions["runner"];

/** A runner whose passes are seen from another thread while they run. */
export function watchedRunner(runner: Runner, activity: Activity): Runner {
  return {
    encode: (batch) => activity.during({ kind: "pass", what: nameOf(batch) }, () => runner.encode(batch)),
    decode: (batch) => activity.during({ kind: "pass", what: nameOf(batch) }, () => runner.decode(batch)),
    prepare: (update) => runner.prepare(update),
    reclaim: (model, keptRows) => runner.reclaim(model, keptRows),
  };
}

/** What a pass computes, for people. */
function nameOf(batch: Batch): string {
  if (batch.kind === "encoder") return `a pass of ${batch.network} (items: ${batch.items.length})`;
  const members = membersOf(batch);
  const rows = members.reduce((sum, { numRows }) => sum + numRows, 0);
  return `a pass of ${batch.model}/decoder (rows: ${rows}, sequences: ${members.length})`;
}
