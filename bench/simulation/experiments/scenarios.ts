import type { KindName } from "../device-kinds.ts";
import type { ClientShare, Load } from "../load.ts";
import type { Scenario } from "../simulate.ts";
import type { Summary } from "../summary.ts";

/** How closely is looked: `quick` takes few points and short windows. */
export type Scope = "full" | "quick";

/** What a figure needs simulated. */
export interface Point {
  readonly scenario: Scenario;
  readonly summary: Summary;
}

export const mixes = {
  mixed: { caption: 58, index: 40, chat: 2 },
  captions: { caption: 1, index: 0, chat: 0 },
  indexing: { caption: 0, index: 1, chat: 0 },
  chats: { caption: 0, index: 0, chat: 1 },
} as const satisfies Record<string, Load["mix"]>;

export type MixName = keyof typeof mixes;

/** Half of the requests are one client's, the others are eight clients'. */
export const clients: readonly ClientShare[] = [
  { name: "greedy", share: 8 },
  ...Array.from({ length: 8 }, (_, i) => ({ name: `client ${i + 1}`, share: 1 })),
];

const SEED = 1;

/** How long until all is as it stays, and requests that are to be seen after it at the least; longer than a chat takes. */
const SPANS: Readonly<Record<"cpu" | "gpu", Record<MixName, Omit<Span, "maxWindowMs">>>> = {
  gpu: {
    mixed: { warmUpMs: 8_000, windowMs: 8_000, requests: 3000 },
    captions: { warmUpMs: 2_000, windowMs: 3_000, requests: 500 },
    indexing: { warmUpMs: 2_000, windowMs: 3_000, requests: 500 },
    chats: { warmUpMs: 15_000, windowMs: 30_000, requests: 100 },
  },
  cpu: {
    mixed: { warmUpMs: 600_000, windowMs: 1_500_000, requests: 1500 },
    captions: { warmUpMs: 120_000, windowMs: 600_000, requests: 200 },
    indexing: { warmUpMs: 120_000, windowMs: 600_000, requests: 200 },
    chats: { warmUpMs: 1_000_000, windowMs: 4_000_000, requests: 60 },
  },
};
const MAX_WINDOW_MS = { gpu: 200_000, cpu: 6_000_000 };

interface Span {
  readonly warmUpMs: number;
  readonly windowMs: number;
  readonly requests: number;
}

/** One device under a mix of requests. */
export function oneDevice(kind: KindName, mix: MixName, perSecond: number, scope: Scope): Scenario {
  const sort = kind === "cpu" ? "cpu" : "gpu";
  const { warmUpMs, windowMs, requests } = SPANS[sort][mix];
  const needed = Math.min(MAX_WINDOW_MS[sort], (1000 * requests) / perSecond);
  const part = scope === "quick" ? 0.2 : 1;
  return {
    ...{ kind, devices: 1, load: { perSecond, mix: mixes[mix], clients }, seed: SEED },
    ...{ warmUpMs: part * warmUpMs, windowMs: part * Math.max(windowMs, needed) },
  };
}

/** Every one of a row, or of a quick look each third. */
export function some<T>(row: readonly T[], scope: Scope): readonly T[] {
  return scope === "full" ? row : row.filter((_, i) => i % 3 === 1);
}
