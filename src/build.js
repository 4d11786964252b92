/**
 * Builds the page and strips the types from what `npm start` runs, into build/: Node 20 cannot do so itself, and a loader that does it while
 * the server runs keeps three threads and two processes of its own.
 */
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { buildPage } from "./build-page.js";

const root = join(import.meta.dirname, "..");
const folders = [
  "blobs",
  "cluster",
  "engines",
  "gallery",
  "hub",
  "inference",
  "postgres",
  "resolvers",
  "schema",
  "src",
];

/** Every module becomes a file of its own, so paths between modules are all that changes in it. */
const asModules = {
  name: "as modules",
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path }) => {
      if (kind === "entry-point") return undefined;
      return { path: path.startsWith(".") ? path.replace(/\.ts$/, ".js") : path, external: true };
    });
  },
};

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: (await Promise.all(folders.map(sources))).flat(),
  outbase: ".",
  outdir: "build",
  bundle: true,
  plugins: [asModules],
  define: { IS_BUILT: "true" },
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: "linked",
  write: false,
});
await Promise.all([...outputFiles.map(replace), buildPage()]);

/** @param {string} folder */
async function sources(folder) {
  const names = await readdir(join(root, folder), { recursive: true });
  return names.filter((name) => /\.[jt]s$/.test(name)).map((name) => join(folder, name));
}

/**
 * A file that changed is replaced as a whole, for a server may run from it.
 * @param {{ path: string, contents: Uint8Array }} output
 */
async function replace({ path, contents }) {
  const old = await readFile(path).catch(() => undefined);
  if (old?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, contents);
  await rename(fresh, path);
}
