import { gigabytes } from "../../hub/index.ts";
import type { ExaminedModels } from "./examine.ts";
import type { Finding } from "./finding.ts";
import type { Verdict } from "./verdict.ts";

/** What keeps the server, or a model that was asked about, from serving: a name and why. */
export interface Problem {
  readonly subject: string;
  readonly reason: string;
}

/** Of what was found: all that is broken, and the models that were asked about and cannot be served, alone or together. */
export function problemsOf(
  findings: readonly Finding[],
  { verdicts, together, room }: Pick<ExaminedModels, "verdicts" | "together" | "room">,
): readonly Problem[] {
  const broken = findings.filter(({ state }) => state === "broken");
  const wrong = broken.map(({ subject, text }) => ({ subject, reason: text }));
  if (together === undefined) return wrong;
  const isHubThere = findings.some(({ subject, state }) => subject === "hub" && state === "good");
  const alone = verdicts.flatMap((verdict) => problemOf(verdict, isHubThere));
  if (alone.length > 0 || together.bytes <= room.memory) return [...wrong, ...alone];
  const [needed, there] = [together.bytes, room.memory].map(gigabytes);
  return [...wrong, { subject: "together", reason: `they take ${needed} of memory, where there is room for ${there}` }];
}

function problemOf({ candidate: { model, place }, reason }: Verdict, isHubThere: boolean): readonly Problem[] {
  if (reason !== undefined) return [{ subject: model.name, reason }];
  if (typeof place === "string" || isHubThere) return [];
  return [{ subject: model.name, reason: "it is not here, and nothing can be fetched" }];
}
