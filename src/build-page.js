import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const built = join(root, "build/web");
/** Says of which sources the page was built that stands there. */
const stamp = join(root, "build/web.digest");

/** Builds the page into build/web, unless the one that is there is of the same sources and packages. */
export async function buildPage() {
  const digest = await digestOfSources();
  if ((await readFile(stamp, "utf8").catch(() => undefined)) === digest) return;
  // A server may read the old one, and another process may build as well: a new one takes its place as a whole.
  const fresh = `${built}.${process.pid}`;
  // Where it says "test", React would be built for those who develop it.
  process.env.NODE_ENV = "production";
  const { build } = await import("vite");
  await build({ configFile: join(root, "web/vite.config.ts"), logLevel: "warn", build: { outDir: fresh } });
  await mkdir(join(root, "build"), { recursive: true });
  await rm(built, { recursive: true, force: true });
  await rename(fresh, built);
  await writeFile(stamp, digest);
}

async function digestOfSources() {
  const names = await readdir(join(root, "web"), { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const digest = createHash("sha256");
  for (const file of [...files.sort(), join(root, "package-lock.json")]) {
    digest.update(`${file.slice(root.length)}\0`).update(await readFile(file));
  }
  return digest.digest("hex");
}
