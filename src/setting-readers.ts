import { parseBytes } from "./byte-size.ts";
import type { SettingName } from "./settings.ts";
import { wrong } from "./wrong-setting.ts";

/** Both ends belong to it. */
interface Range {
  readonly min: number;
  readonly max: number;
}

/** What stands between commas. */
export function list(text: string): readonly string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** A setting's whole number; throws a WrongSettingError where it is none, or out of its range. */
export function integer(name: SettingName, text: string, { min, max }: Range): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw wrong(name, `a whole number from ${min} to ${max}`, text);
}

/** A setting's size, such as 64MiB, in bytes; throws likewise. */
export function bytes(name: SettingName, text: string, { min, max }: Range): number {
  const value = parseBytes(text);
  if (value !== undefined && value >= min && value <= max) return value;
  throw wrong(name, `a size from ${min} to ${max} bytes, such as 64MiB or 1GB`, text);
}

/** One of a setting's choices; throws likewise. */
export function oneOf<Choice extends string>(name: SettingName, choices: readonly Choice[], text: string): Choice {
  const known = choices.find((choice) => choice === text);
  if (known !== undefined) return known;
  throw wrong(name, choices.join(", "), text);
}

/** Whether a setting is on; throws likewise. */
export function onOrOff(name: SettingName, text: string): boolean {
  if (text === "on" || text === "off") return text === "on";
  throw wrong(name, '"on" or "off"', text);
}
