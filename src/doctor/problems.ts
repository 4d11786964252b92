import type { Finding } from "./finding.ts";
import type { Verdict } from "./verdict.ts";

/** What keeps the server, or a model that was asked about, from serving: a name and why. */
export interface Problem {
  readonly subject: string;
  readonly reason: string;
}

/** Of what was found: all that is broken, and the models that were asked about and cannot be served. */
export function problemsOf(findings: readonly Finding[], asked: readonly Verdict[]): readonly Problem[] {
  const broken = findings.filter(({ state }) => state === "broken");
  const isHubThere = findings.some(({ subject, state }) => subject === "hub" && state === "good");
  return [
    ...broken.map(({ subject, text }) => ({ subject, reason: text })),
    ...asked.flatMap((verdict) => problemOf(verdict, isHubThere)),
  ];
}

function problemOf({ candidate: { model, place }, reason }: Verdict, isHubThere: boolean): readonly Problem[] {
  if (reason !== undefined) return [{ subject: model.name, reason }];
  if (typeof place === "string" || isHubThere) return [];
  return [{ subject: model.name, reason: "it is not here, and nothing can be fetched" }];
}
