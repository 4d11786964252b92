import type { ChatSettings } from "./settings.ts";

export interface NumberSetting {
  readonly setting: Exclude<keyof ChatSettings, "model" | "system">;
  readonly name: string;
  readonly note: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** Settings that are numbers, in the ranges of the graph's GenerationOptions, which has them in words only: a test compares. */
export const numberSettings: readonly NumberSetting[] = [
  { setting: "temperature", name: "Temperature", note: "0 takes the likeliest token", min: 0, max: 2, step: 0.05 },
  { setting: "topP", name: "Top-p", note: "how much of the likely is sampled", min: 0.05, max: 1, step: 0.05 },
  { setting: "maxTokens", name: "Most tokens", note: "of an answer", min: 1, max: 512, step: 1 },
  { setting: "seed", name: "Seed", note: "the same gives the same sample", min: 0, max: 2 ** 31 - 1, step: 1 },
];
