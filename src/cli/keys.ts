import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { permissionsOf, type Role } from "../access/identity.ts";
import { addKey, revokeKey } from "../access/key-changes.ts";
import { parseKeyFile } from "../access/key-file.ts";
import { ConfigError } from "../config-error.ts";
import { table } from "./table.ts";

const roles = Object.keys(permissionsOf) as Role[];
const USAGE = `Usage: npm run keys                                        the keys of the file
       npm run keys -- new --tenant <name> [--name <name>] [--role ${roles.join("|")}]
                                                           makes a key, and shows it once
       npm run keys -- revoke <name>                       lets nobody in by it any more
The file is that of --file, or KEYS_FILE, or keys.json. It keeps hashes, not keys.`;

/** npm run keys */
async function main(): Promise<void> {
  const { values, positionals } = parseCommand();
  const { KEYS_FILE: usual = "" } = process.env;
  const file = values.file ?? (usual === "" ? "keys.json" : usual);
  const [command, name] = positionals;
  if (command === undefined) await list(file);
  else if (command === "new" && values.tenant !== undefined) await create(file, { ...values, tenant: values.tenant });
  else if (command === "revoke" && name !== undefined) await revoke(file, name);
  else throw new UsageError();
}

class UsageError extends Error {}

function parseCommand() {
  const options = {
    file: { type: "string" },
    tenant: { type: "string" },
    name: { type: "string" },
    role: { type: "string" },
  } as const;
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch {
    throw new UsageError();
  }
}

async function list(file: string): Promise<void> {
  const { keys, quotas } = parseKeyFile(await readFile(file, "utf8"));
  const rows = keys.map(({ name, tenant, role }) => [name, tenant, role, JSON.stringify(quotas.get(tenant) ?? {})]);
  console.log(table([["key", "tenant", "role", "tenant's quota"], ...rows]));
}

interface Wanted {
  readonly tenant: string;
  readonly name?: string | undefined;
  readonly role?: string | undefined;
}

async function create(file: string, { tenant, name, role = "member" }: Wanted): Promise<void> {
  const known = roles.find((each) => each === role);
  if (known === undefined) throw new UsageError();
  const made = await addKey(file, { tenant, name, role: known });
  console.error(
    `${file} has the hash of ${made.name}, a ${known}'s key of ${tenant}. The key itself is shown only now:`,
  );
  console.log(made.key);
}

async function revoke(file: string, name: string): Promise<void> {
  await revokeKey(file, name);
  console.log(`${name} is revoked.`);
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) console.error(USAGE);
  else console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
