import type { Figure } from "../plot/figure.ts";
import type { Scenario } from "../simulate.ts";
import type { Summary } from "../summary.ts";
import type { Point, Scope } from "./scenarios.ts";

/** One figure of docs/simulation: what it needs simulated, and how it shows that. */
export interface Experiment {
  readonly name: string;
  readonly scenarios: (scope: Scope) => readonly Scenario[];
  readonly figure: (results: Results, scope: Scope) => Figure;
}

/** What scenarios came to. Figures may share them. */
export class Results {
  readonly #summaries = new Map<string, Summary>();

  add(scenario: Scenario, summary: Summary): void {
    this.#summaries.set(keyOf(scenario), summary);
  }

  /** Throws for a scenario that was not simulated. */
  points(scenarios: readonly Scenario[]): readonly Point[] {
    return scenarios.map((scenario) => {
      const summary = this.#summaries.get(keyOf(scenario));
      if (summary === undefined) throw new Error(`Not simulated: ${keyOf(scenario)}`);
      return { scenario, summary };
    });
  }
}

export function keyOf(scenario: Scenario): string {
  return JSON.stringify(scenario);
}
