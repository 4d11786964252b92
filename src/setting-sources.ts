import { settings, type Setting } from "./settings.ts";

/** Where settings come from, the first first. */
export interface Sources {
  /** By flag. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  readonly env: NodeJS.ProcessEnv;
  /** By flag. */
  readonly file: Readonly<Record<string, string>>;
}

/** A setting's value: a flag's, or else a variable's that is not empty, the file's, the fallback. */
export function valueOf(setting: Setting, { flags, env, file }: Sources): string {
  const flag = flags[setting.flag];
  if (typeof flag === "string") return flag;
  const fromEnv = env[setting.env];
  if (fromEnv !== undefined && fromEnv !== "") return fromEnv;
  return file[setting.flag] ?? setting.fallback;
}

/** Whether what a setting is comes from the file, and nobody else. */
export function isOfFile(flag: string, { flags, env, file }: Sources): boolean {
  const setting = Object.values(settings).find((known: Setting) => known.flag === flag)!;
  return flag in file && valueOf(setting, { flags, env, file: {} }) !== valueOf(setting, { flags, env, file });
}
