import type { Quota } from "../budgets/budgets.ts";
import { ConfigError } from "../config-error.ts";
import { permissionsOf, type Role } from "./identity.ts";
import { isTenantName } from "./tenant.ts";

/** A key as its file has it. */
export interface KeyEntry {
  /** By which the operator knows it; no two have the same. */
  readonly name: string;
  readonly tenant: string;
  /** SHA-256 of the key, 64 hexadecimal digits. */
  readonly sha256: string;
  readonly role: Role;
}

/** What a file of keys says. */
export interface KeyFile {
  readonly keys: readonly KeyEntry[];
  readonly quotas: ReadonlyMap<string, Quota>;
  /** Signs sessions, so that those of one process hold in others; without it, each process has its own. */
  readonly sessionSecret: string | undefined;
}

const MAX_NAME = 128;
const quotaNames = ["deviceMsPerMinute", "requestsPerMinute", "maxChats"] as const satisfies (keyof Quota)[];

/**
 * Reads `{"tenants": {"acme": {"deviceMsPerMinute": 20000}}, "keys": [{"name", "tenant", "sha256", "role"}]}`. Throws a
 * ConfigError that names what is wrong: half a file of keys would let in, or keep out, whom nobody meant.
 */
export function parseKeyFile(text: string): KeyFile {
  const { tenants = {}, keys = [], sessionSecret, ...rest } = fieldsOf(parseJson(text), "the file");
  refuseUnknown(rest, "the file");
  if (!Array.isArray(keys)) throw new ConfigError('"keys" must be a list.');
  const entries = keys.map((key: unknown, i) => entryOf(key, `keys[${i}]`));
  refuseTwice(
    entries.map(({ name }) => name),
    "name",
  );
  refuseTwice(
    entries.map(({ sha256 }) => sha256),
    "sha256",
  );
  const quotas = Object.entries(fieldsOf(tenants, '"tenants"')).map(([name, quota]) => quotaOf(name, quota));
  return { keys: entries, quotas: new Map(quotas), sessionSecret: secretOf(sessionSecret) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function entryOf(value: unknown, place: string): KeyEntry {
  const { name, tenant, sha256, role = "member", ...rest } = fieldsOf(value, place);
  refuseUnknown(rest, place);
  if (typeof name !== "string" || name === "" || name.length > MAX_NAME)
    throw new ConfigError(`${place}: "name" must be a text of 1 to ${MAX_NAME} characters.`);
  if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256))
    throw new ConfigError(`${place}: "sha256" must be 64 hexadecimal digits in lower case, of the key's SHA-256.`);
  return { name, tenant: tenantOf(tenant, place), sha256, role: roleOf(role, place) };
}

function tenantOf(value: unknown, place: string): string {
  if (typeof value === "string" && isTenantName(value)) return value;
  throw new ConfigError(
    `${place}: a tenant's name is 1 to 63 lower-case letters, digits and hyphens, no hyphen first.`,
  );
}

function roleOf(value: unknown, place: string): Role {
  const roles = Object.keys(permissionsOf) as Role[];
  const known = roles.find((role) => role === value);
  if (known !== undefined) return known;
  throw new ConfigError(`${place}: "role" must be one of ${roles.join(", ")}.`);
}

function quotaOf(tenant: string, value: unknown): readonly [string, Quota] {
  const place = `"tenants": "${tenant}"`;
  const quota = fieldsOf(value, place);
  for (const [name, limit] of Object.entries(quota)) {
    if (!quotaNames.some((known) => known === name))
      throw new ConfigError(`${place}: there is no limit "${name}". There are: ${quotaNames.join(", ")}.`);
    if (typeof limit !== "number" || !Number.isInteger(limit) || limit < 1)
      throw new ConfigError(`${place}: "${name}" must be a whole number from 1 on.`);
  }
  return [tenantOf(tenant, place), quota];
}

function secretOf(value: unknown): string | undefined {
  if (value === undefined || (typeof value === "string" && value.length >= 32)) return value;
  throw new ConfigError('"sessionSecret" must be a text of at least 32 random characters.');
}

function fieldsOf(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new ConfigError(`${place} must be an object.`);
}

function refuseUnknown(rest: object, place: string): void {
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new ConfigError(`${place} has a field "${unknown}" that nobody knows.`);
}

function refuseTwice(values: readonly string[], field: string): void {
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) throw new ConfigError(`two keys have the ${field} "${twice}".`);
}
