import { InferenceError, type GenerationOptions } from "../inference/index.ts";

/** The options as a document gives them: any may be absent or null. */
export type GenerationOptionsInput = {
  readonly [Name in keyof GenerationOptions]?: GenerationOptions[Name] | null | undefined;
};

interface Range {
  readonly min: number;
  readonly max: number;
  /** How the range reads in a message. */
  readonly text: string;
  /** Whether `min` itself is outside. */
  readonly open?: true;
}

/** What options may be; the graph's descriptions say the same. */
export const ranges = {
  maxTokens: { min: 1, max: 512, text: "between 1 and 512" },
  minTokens: { min: 0, max: 512, text: "between 0 and 512" },
  temperature: { min: 0, max: 2, text: "between 0 and 2" },
  topP: { min: 0, max: 1, text: "greater than 0 and at most 1", open: true },
  topK: { min: 1, max: Infinity, text: "at least 1" },
  repetitionPenalty: { min: 0, max: 10, text: "greater than 0 and at most 10", open: true },
  beams: { min: 1, max: 16, text: "between 1 and 16" },
  lengthPenalty: { min: -10, max: 10, text: "between -10 and 10" },
} as const satisfies Record<string, Range>;

/** Strings that end a text, and characters of each. */
export const stopBounds = { count: 4, length: 64 } as const;

/** The options that were given, each in its range and fitting the others; BAD_USER_INPUT says which does not. */
export function parseGenerationOptions(input: GenerationOptionsInput | null | undefined): GenerationOptions {
  if (!input) return {};
  for (const name of rangeNames) checkRange(name, input[name]);
  checkStops(input.stop);
  checkTogether(input);
  return withoutNulls(input);
}

const rangeNames = Object.keys(ranges) as (keyof typeof ranges)[];

function checkRange(name: keyof typeof ranges, value: number | null | undefined): void {
  if (value === null || value === undefined) return;
  const range: Range = ranges[name];
  if (value >= range.min && value <= range.max && !(range.open && value === range.min)) return;
  throw badOption(`options.${name} must be ${range.text}; it is ${value}.`);
}

function checkStops(stop: readonly string[] | null | undefined): void {
  if (!stop) return;
  if (stop.length > stopBounds.count)
    throw badOption(`options.stop must have at most ${stopBounds.count} strings; it has ${stop.length}.`);
  const wrong = stop.findIndex((text) => text === "" || text.length > stopBounds.length);
  if (wrong < 0) return;
  throw badOption(
    `options.stop[${wrong}] must have 1 to ${stopBounds.length} characters; it has ${stop[wrong]!.length}.`,
  );
}

function checkTogether({ maxTokens, minTokens, beams, temperature }: GenerationOptionsInput): void {
  if (minTokens != null && maxTokens != null && minTokens > maxTokens) {
    throw badOption(`options.minTokens (${minTokens}) must not be greater than options.maxTokens (${maxTokens}).`);
  }
  if (beams != null && beams > 1 && temperature != null && temperature > 0) {
    throw badOption(
      "options.beams searches and options.temperature samples: they exclude each other, so give only one.",
    );
  }
}

function withoutNulls(input: GenerationOptionsInput): GenerationOptions {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value != null));
}

function badOption(message: string): InferenceError {
  return new InferenceError("BAD_USER_INPUT", message);
}
