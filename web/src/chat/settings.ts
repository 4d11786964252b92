import { useCallback, useState } from "react";
import type { GenerationOptions, ModelPartsFragment } from "../graph/generated/graphql.ts";

/** How to answer; what is absent, the model decides. */
export interface ChatSettings {
  /** A model's id. */
  readonly model?: string;
  readonly system: string;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly seed?: number | undefined;
}

const KEY = "triptych.chat";
const fresh: ChatSettings = { system: "" };

/** The settings, which this browser remembers. */
export function useSettings(): readonly [ChatSettings, (settings: ChatSettings) => void] {
  const [settings, set] = useState(() => parseSettings(localStorage.getItem(KEY)));
  const change = useCallback((next: ChatSettings) => {
    localStorage.setItem(KEY, JSON.stringify(next));
    set(next);
  }, []);
  return [settings, change];
}

/** What was remembered; whatever is not as it should be is left out. */
export function parseSettings(text: string | null): ChatSettings {
  const found = objectOf(text);
  const { model, system } = found;
  const numbers = numberNames.filter((name) => Number.isFinite(found[name])).map((name) => [name, found[name]]);
  return {
    ...fresh,
    ...(typeof model === "string" && { model }),
    ...(typeof system === "string" && { system }),
    ...(Object.fromEntries(numbers) as GenerationNumbers),
  };
}

const numberNames = ["temperature", "topP", "maxTokens", "seed"] as const;
type GenerationNumbers = Pick<ChatSettings, (typeof numberNames)[number]>;

function objectOf(text: string | null): Readonly<Partial<Record<string, unknown>>> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** As a request takes them. */
export function optionsOf({ temperature, topP, maxTokens, seed }: ChatSettings): GenerationOptions {
  return { temperature, topP, maxTokens, seed };
}

/** The model that is to answer: the chosen one if it is there, else LLaVA's first, else any. */
export function chosenModel(
  { model }: ChatSettings,
  able: readonly ModelPartsFragment[],
): ModelPartsFragment | undefined {
  return able.find(({ id }) => id === model) ?? able.find(({ family }) => family === "LLAVA") ?? able[0];
}

/** Another answer than the last. */
export function withNewSeed(settings: ChatSettings): ChatSettings {
  return { ...settings, seed: Math.floor(Math.random() * 2 ** 31) };
}
