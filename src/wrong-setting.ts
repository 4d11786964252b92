import { WrongSettingError } from "./config-error.ts";
import { settings, type SettingName } from "./settings.ts";

/** The error that says what a setting must be. */
export function wrong(name: SettingName, expected: string, given: string): WrongSettingError {
  const { flag, env } = settings[name];
  return new WrongSettingError(flag, `--${flag} (or ${env}) must be ${expected}; it is "${given}".`);
}
