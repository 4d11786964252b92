import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { experiments } from "./experiments/all.ts";
import { type Experiment, keyOf, Results } from "./experiments/experiment.ts";
import type { Scope } from "./experiments/scenarios.ts";
import { drawFigure } from "./plot/figure.ts";
import { simulateAll } from "./pool.ts";

const NAMES = experiments.map(({ name }) => name);
const USAGE = `Usage: npm run bench:simulate -- [--only ${NAMES.join(",")}] [--quick] [--out folder]
  --only   these figures
  --quick  few points and short windows: to try it out
  --out    where figures are written; docs/simulation by default`;
const FIGURES = join(import.meta.dirname, "../../docs/simulation");

/** npm run bench:simulate: simulates what the figures of docs/simulation show, and draws them. */
async function main(): Promise<void> {
  const { only, quick, out } = parseFlags();
  const wanted = experiments.filter(({ name }) => only.includes(name));
  const scope = quick ? "quick" : "full";
  const results = await resultsOf(wanted, scope);
  await mkdir(out, { recursive: true });
  for (const { name, figure } of wanted) {
    await writeFile(join(out, `${name}.svg`), drawFigure(figure(results, scope)));
  }
}

async function resultsOf(wanted: readonly Experiment[], scope: Scope): Promise<Results> {
  const all = wanted.flatMap(({ scenarios }) => scenarios(scope)).map((one) => [keyOf(one), one] as const);
  const scenarios = [...new Map(all).values()];
  const results = new Results();
  const start = performance.now();
  let done = 0;
  await simulateAll(scenarios, (scenario, summary) => {
    results.add(scenario, summary);
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    const { kind, devices, load } = scenario;
    const good = `${load.perSecond} requests/s, ${summary.perSecond.good.toFixed(2)} good`;
    console.error(`${seconds} s  ${++done} of ${scenarios.length}: ${devices} × ${kind}, ${good}`);
  });
  return results;
}

function parseFlags(): { readonly only: readonly string[]; readonly quick: boolean; readonly out: string } {
  try {
    const text = (fallback: string) => ({ type: "string", default: fallback }) as const;
    const options = {
      only: text(NAMES.join(",")),
      out: text(FIGURES),
      quick: { type: "boolean", default: false },
    } as const;
    const { only, ...flags } = parseArgs({ options }).values;
    const unknown = only.split(",").find((name) => !NAMES.includes(name));
    if (unknown !== undefined) throw new Error(`There is no figure "${unknown}".`);
    return { ...flags, only: only.split(",") };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}

await main();
