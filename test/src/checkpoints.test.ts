import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findCheckpoints } from "../../src/checkpoints.ts";
import { ConfigError } from "../../src/config-error.ts";

const root = mkdtempSync(join(tmpdir(), "checkpoints-"));
const bundled = join(root, "bundled");
for (const name of ["bundled/b", "bundled/a", "bundled/empty", "elsewhere/c", "elsewhere/a"]) {
  mkdirSync(join(root, name), { recursive: true });
  if (!name.endsWith("empty")) writeFileSync(join(root, name, "config.json"), "{}");
}
writeFileSync(join(bundled, "README.md"), "A card, not a checkpoint.");
afterAll(() => rmSync(root, { recursive: true }));

describe("the checkpoints to serve", () => {
  it("are all bundled ones unless some are named", () => {
    expect(findCheckpoints([], bundled).map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("are those named, by name or folder, in that order", () => {
    const folder = join(root, "elsewhere/c");
    expect(findCheckpoints([folder, "a"], bundled)).toEqual([
      { name: "c", folder, dtype: "float32" },
      { name: "a", folder: join(bundled, "a"), dtype: "float32" },
    ]);
  });

  it("keep their matrices as is said of each, or of all", () => {
    const folder = join(root, "elsewhere/c");
    const dtypes = (...names: string[]) =>
      findCheckpoints(names, bundled, "int8").map(({ name, dtype }) => [name, dtype]);
    expect(dtypes("a:int4", `${folder}:float32`, "b")).toEqual([
      ["a", "int4"],
      ["c", "float32"],
      ["b", "int8"],
    ]);
    expect(findCheckpoints([], bundled, "int4").map(({ dtype }) => dtype)).toEqual(["int4", "int4"]);
    expect(() => dtypes("a:int3")).toThrow('"a:int3" is neither');
  });

  it.each([
    [["nothing"], '"nothing" is neither a folder with a config.json nor a bundled checkpoint (a, b)'],
    [["a", join(root, "elsewhere/a")], 'Two checkpoints are named "a"'],
    [[join(bundled, "empty")], "neither a folder with a config.json"],
    [[join(bundled, "README.md")], "neither a folder with a config.json"],
  ])("must be there: %j", (names, message) => {
    expect(() => findCheckpoints(names, bundled)).toThrow(ConfigError);
    expect(() => findCheckpoints(names, bundled)).toThrow(message);
  });

  it("must be at least one", () => {
    expect(() => findCheckpoints([], join(root, "none"))).toThrow("There is no checkpoint");
  });
});
