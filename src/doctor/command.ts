import { parseArgs } from "node:util";
import { parseConfig, type Config } from "../config.ts";
import { ConfigError } from "../config-error.ts";
import { settings } from "../settings.ts";

export const DOCTOR_USAGE = `Usage: npm run doctor                       what this machine can do, and which models fit it
       npm run doctor -- <name or folder> …  the same of these, named as for npm start -- --models
       npm run doctor -- --json              for programs
It ends with 1 where something is broken that serving needs. Flags of npm start, the environment and a
configuration file are heard as npm start hears them.`;

export interface DoctorCommand {
  /** Models that are asked about; empty: all that are known. */
  readonly names: readonly string[];
  readonly config: Config;
  readonly output: "text" | "json";
}

/** What is asked of the doctor. Throws a ConfigError for what is no flag, or no value of one. */
export function doctorCommand(argv: readonly string[], env: NodeJS.ProcessEnv): DoctorCommand | "help" {
  const { values, positionals } = parse(argv);
  const { json, help, ...flags } = values;
  if (help === true) return "help";
  const config = parseConfig(
    Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]),
    env,
  ) as Config;
  return { names: [...positionals, ...config.models], config, output: json === true ? "json" : "text" };
}

function parse(argv: readonly string[]) {
  const flags = Object.values(settings).map(({ flag }) => [flag, { type: "string" as const }] as const);
  const own = { json: { type: "boolean" as const }, help: { type: "boolean" as const, short: "h" } };
  try {
    const options: Record<string, { type: "boolean" | "string"; short?: string }> = {
      ...Object.fromEntries(flags),
      ...own,
    };
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : String(error)}\n${DOCTOR_USAGE}`);
  }
}
