import type { Stage } from "../result.ts";
import type { PassTime } from "./pass-times.ts";

/** A stage whose instants are on the scheduler's clock. */
export interface TimedStage extends Omit<Stage, "startMs" | "endMs"> {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A pass as a request was in it. */
export interface SharedPass extends PassTime, Pick<Stage, "kind" | "network"> {
  /** Items or sequences that it computed something for. */
  readonly members: number;
}

/** The stages with one more pass: the passes of a sequence that follow each other are one, each encoder pass is its own. */
export function withPass(stages: readonly TimedStage[], pass: SharedPass): readonly TimedStage[] {
  const last = stages.at(-1);
  if (last === undefined || pass.kind === "encode" || last.kind !== pass.kind) return [...stages, stageOf(pass)];
  return [...stages.slice(0, -1), longer(last, pass)];
}

function stageOf({ kind, network, number, startedAt, endedAt, members }: SharedPass): TimedStage {
  return { kind, network, startedAt, endedAt, passes: 1, firstPass: number, lastPass: number, batch: members };
}

function longer(stage: TimedStage, { number, endedAt, members }: SharedPass): TimedStage {
  const passes = stage.passes + 1;
  return { ...stage, endedAt, passes, lastPass: number, batch: stage.batch + (members - stage.batch) / passes };
}
