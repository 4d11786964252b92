import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { digestFiles } from "./digest.ts";

/** Fewer bytes are read again as fast as they are remembered. */
const FEWEST_BYTES = 2 ** 26;

/**
 * `digestFiles`, remembered in `folder` for as long as the files stay what they are by their inodes, sizes and times: the
 * gigabytes of a checkpoint are read once. What can't be remembered is worked out. Throws as digestFiles does.
 */
export async function rememberedDigest(paths: readonly string[], folder: string): Promise<string> {
  const before = await identity(paths);
  if (before === undefined || before.bytes < FEWEST_BYTES) return digestFiles(paths);
  const file = join(folder, `${before.id}.digest`);
  const known = await readFile(file, "utf8").catch(() => "");
  if (/^[0-9a-f]{64}$/.test(known)) return known;
  const digest = await digestFiles(paths);
  const after = await identity(paths);
  if (after?.id === before.id) await remember(file, digest, folder);
  return digest;
}

interface Identity {
  readonly id: string;
  readonly bytes: number;
}

/** Undefined where a file is missing: reading it will say so better. */
async function identity(paths: readonly string[]): Promise<Identity | undefined> {
  try {
    const all = await Promise.all(paths.map((path) => stat(path, { bigint: true })));
    const facts = all.map(({ dev, ino, size, mtimeNs, ctimeNs }, i) =>
      [basename(paths[i]!), dev, ino, size, mtimeNs, ctimeNs].join(),
    );
    const id = createHash("sha256").update(facts.join("\n")).digest("hex");
    return { id, bytes: all.reduce((sum, { size }) => sum + Number(size), 0) };
  } catch {
    return undefined;
  }
}

/** The name appears with all of the digest or not at all. A folder that can't be written is no harm but the time. */
async function remember(file: string, digest: string, folder: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(temporary, digest);
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}
