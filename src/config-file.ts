import { readFileSync, statSync } from "node:fs";
import { ConfigError } from "./config-error.ts";
import { dtypeChoices } from "./dtypes.ts";
import { settings, type Setting } from "./settings.ts";

const MAX_BYTES = 2 ** 20;
const flags: readonly string[] = Object.values(settings)
  .map(({ flag }: Setting) => flag)
  .filter((flag) => flag !== settings.config.flag);

/**
 * A JSON object of settings by flag, as texts: lists may be arrays, numbers numbers, on and off true and false, and models
 * an object of how each is kept. Throws a ConfigError for a file that is not there, is no such object, or has a setting
 * that is not known.
 */
export function readConfigFile(path: string): Readonly<Record<string, string>> {
  const entries = Object.entries(readObject(path));
  return Object.fromEntries(entries.map(([flag, value]) => [flag, textOf(path, flag, value)]));
}

function readObject(path: string): object {
  const value = parse(path, read(path));
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new ConfigError(`${path} must hold a JSON object of settings, such as {"port": 4000}.`);
}

function read(path: string): string {
  try {
    if (statSync(path).size <= MAX_BYTES) return readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${reasonOf(error)}`);
  }
  throw new ConfigError(`${path} is larger than ${MAX_BYTES} bytes: it holds no settings.`);
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${path} is not JSON: ${reasonOf(error)}`);
  }
}

function textOf(path: string, flag: string, value: unknown): string {
  if (!flags.includes(flag))
    throw new ConfigError(`${path}: there is no setting "${flag}". There are: ${flags.join(", ")}.`);
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value.join(",");
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (flag === settings.models.flag && isObject) return modelsOf(path, value);
  const models = flag === settings.models.flag ? ', or an object such as {"demo-llava": "int4"}' : "";
  throw new ConfigError(`${path}: "${flag}" must be a text, a number, true, false, or a list of texts${models}.`);
}

/** Names with how their matrices are kept, as --models takes them. */
function modelsOf(path: string, models: object): string {
  const named = Object.entries(models).map(([name, dtype]: [string, unknown]) => {
    if (dtypeChoices.some((known) => known === dtype)) return `${name}:${String(dtype)}`;
    const choices = dtypeChoices.map((known) => `"${known}"`).join(", ");
    throw new ConfigError(
      `${path}: "models": "${name}" must be kept as one of ${choices}, not ${JSON.stringify(dtype)}.`,
    );
  });
  return named.join(",");
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
