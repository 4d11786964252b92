import { parseArgs } from "node:util";
import { ConfigError } from "./config-error.ts";
import { settings, type Setting } from "./settings.ts";

/** Flags as they were given; `help` is true where they ask for it. Throws a ConfigError where there is no such flag. */
export function parseFlags(argv: readonly string[]): Readonly<Record<string, string | boolean | undefined>> {
  const flags = Object.values(settings).map(({ flag }) => [flag, { type: "string" as const }] as const);
  const options = { ...Object.fromEntries(flags), help: { type: "boolean" as const, short: "h" } };
  try {
    return parseArgs({ args: [...argv], options, strict: true }).values;
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : String(error)}\nTry --help.`);
  }
}

/** The text that --help prints. */
export function helpText(command = "npm start"): string {
  const lines = Object.values(settings).map(({ flag, env, value, fallback, text }: Setting) => {
    const shown = fallback === "" ? "" : ` (${fallback})`;
    return `  --${flag} <${value}>`.padEnd(30) + `${env.padEnd(20)}${text}${shown}`;
  });
  return [`Usage: ${command} -- [flags]`, "", "  flag".padEnd(30) + "or environment", ...lines].join("\n");
}
