import { ask } from "./graph.ts";
import { eventually } from "./wait.ts";

export interface ServedState {
  readonly name: string;
  readonly state: string;
  readonly failure: string | null;
  readonly memory: { readonly weights: number; readonly passes: number; readonly isMeasured: boolean } | null;
}

/** The served models as clients see them. */
export async function modelStates(url: string): Promise<readonly ServedState[]> {
  const { data } = await ask<{ readonly models: readonly ServedState[] }>(
    url,
    "{ models { name state failure memory { weights passes isMeasured } } }",
  );
  return data.models;
}

/** Every model's state, in the order of serving. */
export async function statesOf(url: string): Promise<readonly string[]> {
  return (await modelStates(url)).map(({ state }) => state);
}

/** Resolves once the states are these. */
export async function untilStates(url: string, states: readonly string[]): Promise<void> {
  await eventually(`the models are ${states.join(", ")}`, async () => {
    return JSON.stringify(await statesOf(url)) === JSON.stringify(states) ? true : undefined;
  });
}
