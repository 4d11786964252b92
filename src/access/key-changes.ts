import { existsSync } from "node:fs";
import { open, readFile, rename, rm } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { ConfigError } from "../config-error.ts";
import type { Role } from "./identity.ts";
import { parseKeyFile } from "./key-file.ts";
import { hashOfKey, newKey } from "./new-key.ts";

export interface NewKeyOptions {
  readonly tenant: string;
  /** @default the tenant's, and a number of 4 hexadecimal digits */
  readonly name: string | undefined;
  readonly role: Role;
}

/** Adds a key to a file, which is made if there is none; the key itself is only in the answer. */
export async function addKey(
  file: string,
  { tenant, role, name }: NewKeyOptions,
): Promise<{ key: string; name: string }> {
  const key = newKey();
  const entry = { name: name ?? `${tenant}-${randomBytes(2).toString("hex")}`, tenant, role };
  await change(file, ({ keys = [], ...rest }) => ({
    sessionSecret: randomBytes(32).toString("base64url"),
    ...rest,
    keys: [...keys, { ...entry, sha256: hashOfKey(key).toString("hex") }],
  }));
  return { key, name: entry.name };
}

/** Takes a key out of a file: servers that have read it again let nobody in by it. */
export async function revokeKey(file: string, name: string): Promise<void> {
  await change(file, ({ keys = [], ...rest }) => {
    const left = keys.filter((key) => key.name !== name);
    if (left.length === keys.length) throw new ConfigError(`${file} has no key with the name "${name}".`);
    return { ...rest, keys: left };
  });
}

/** The file's own form, with all that is in it. */
interface Written {
  readonly keys?: readonly { readonly name: string }[];
  readonly [field: string]: unknown;
}

/** In one step, and by one at a time: a server reads either what was there or what comes, and no change is lost. */
async function change(file: string, make: (before: Written) => Written): Promise<void> {
  const next = `${file}.next`;
  const handle = await open(next, "wx", 0o600).catch((error: unknown) => {
    throw new ConfigError(`${next} cannot be made: ${String(error)}. Where nobody else changes the keys, remove it.`);
  });
  try {
    const text = `${JSON.stringify(make(await writtenIn(file)), undefined, 2)}\n`;
    parseKeyFile(text);
    await handle.writeFile(text);
    await handle.sync();
    await rename(next, file);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

async function writtenIn(file: string): Promise<Written> {
  if (!existsSync(file)) return {};
  const text = await readFile(file, "utf8");
  parseKeyFile(text);
  return JSON.parse(text) as Written;
}
