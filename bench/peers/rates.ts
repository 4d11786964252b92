import { type Contender, PROMPT, STEPS, STREAMS } from "./contender.ts";

/** Tokens a second. */
export interface PeerRates {
  readonly name: string;
  readonly prompt: number;
  readonly alone: number;
  readonly together: number;
}

/** The first passes allocate. */
export async function warmUp(contender: Contender): Promise<void> {
  await contender.prefill();
  await contender.fill();
  await contender.decode(STREAMS);
  await contender.rewind();
}

/** One round of a contender. */
export async function measureRates(contender: Contender): Promise<PeerRates> {
  const prompt = PROMPT / (await seconds(() => contender.prefill()));
  const alone = STEPS / (await seconds(() => contender.decode(1)));
  await contender.rewind();
  const together = (STREAMS * STEPS) / (await seconds(() => contender.decode(STREAMS)));
  await contender.rewind();
  return { name: contender.name, prompt, alone, together };
}

async function seconds(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
}

/** The best of both, rate by rate. */
export function better(a: PeerRates, b: PeerRates): PeerRates {
  const best = (rate: "prompt" | "alone" | "together"): number => Math.max(a[rate], b[rate]);
  return { name: a.name, prompt: best("prompt"), alone: best("alone"), together: best("together") };
}
