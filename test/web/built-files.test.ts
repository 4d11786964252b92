import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const built = join(import.meta.dirname, "../../build/web");
const KiB = 1024;

const text = (file: string): string => readFileSync(join(built, file), "utf8");
const compressed = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(built, file)), { level: 9 }).length, 0);

/** A script and all that it loads before it runs. */
function withImports(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const imported = [...text(file).matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g)].map(
    ([, name]) => `assets/${name!}`,
  );
  for (const each of imported) withImports(each, seen);
  return seen;
}

const first = withImports(/<script type="module"[^>]* src="\/([^"]+)"/.exec(text("index.html"))![1]!);
const all = readdirSync(join(built, "assets")).map((name) => `assets/${name}`);

describe("the page's files", () => {
  it("load no more than 150 KiB of compressed script for the first room, and less than that for each other", () => {
    const later = all.filter((file) => file.endsWith(".js") && !first.has(file));
    expect(later.length).toBeGreaterThanOrEqual(2);
    expect(compressed(first)).toBeLessThan(150 * KiB);
    expect(compressed(first)).toBeGreaterThan(30 * KiB);
    for (const file of later) expect(compressed([file]), file).toBeLessThan(100 * KiB);
  });

  it("are React as people run it, not as it is developed", () => {
    for (const file of first) expect(text(file)).not.toContain("react.dev/link/react-devtools");
  });

  it("name no other host to load from", () => {
    const loads = all
      .filter((file) => /\.(css|html)$/.test(file))
      .concat("index.html")
      .flatMap((file) =>
        [...text(file).matchAll(/(?:src|href|url)\s*[=(]\s*["']?(https?:)?\/\/[^"')\s]+/g)].map(([found]) => found),
      );
    expect(loads).toEqual([]);
  });
});
