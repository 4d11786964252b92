import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findCheckpoints } from "../../src/checkpoints.ts";
import type { ServedDtype } from "../../inference/index.ts";
import { ConfigError } from "../../src/config-error.ts";

const root = mkdtempSync(join(tmpdir(), "checkpoints-"));
const bundled = join(root, "bundled");
for (const name of ["bundled/b", "bundled/a", "bundled/empty", "elsewhere/c", "elsewhere/a"]) {
  mkdirSync(join(root, name), { recursive: true });
  if (!name.endsWith("empty")) writeFileSync(join(root, name, "config.json"), "{}");
}
writeFileSync(join(bundled, "README.md"), "A card, not a checkpoint.");
afterAll(() => rmSync(root, { recursive: true }));

const fetched: string[] = [];
const fetchRepository = (repository: string, revision = "main"): Promise<string> => {
  fetched.push(revision === "main" ? repository : `${repository} at ${revision}`);
  return Promise.resolve(join(root, "elsewhere/c"));
};

function find(names: readonly string[], dtype: ServedDtype = "float32", bundledFolder = bundled) {
  return findCheckpoints(names, { bundledFolder, dtype, fetchRepository });
}

describe("the checkpoints to serve", () => {
  it("are all bundled ones unless some are named", async () => {
    expect((await find([])).map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("are those named, by name or folder, in that order", async () => {
    const folder = join(root, "elsewhere/c");
    expect(await find([folder, "a"])).toEqual([
      { name: "c", folder, dtype: "float32" },
      { name: "a", folder: join(bundled, "a"), dtype: "float32" },
    ]);
  });

  it("keep their matrices as is said of each, or of all", async () => {
    const folder = join(root, "elsewhere/c");
    const dtypes = async (...names: string[]) => (await find(names, "int8")).map(({ name, dtype }) => [name, dtype]);
    expect(await dtypes("a:int4", `${folder}:float32`, "b")).toEqual([
      ["a", "int4"],
      ["c", "float32"],
      ["b", "int8"],
    ]);
    expect((await find([], "int4")).map(({ dtype }) => dtype)).toEqual(["int4", "int4"]);
    await expect(dtypes("a:int3")).rejects.toThrow('"a:int3": matrices cannot be kept as "int3"');
  });

  it("are fetched where a name is of the catalogue or a repository's", async () => {
    const models = await find(["blip-vqa-base:int8", "a", "somebody/blip2.finetuned@refs/pr/7:float32"]);
    expect(fetched).toEqual(["Salesforce/blip-vqa-base", "somebody/blip2.finetuned at refs/pr/7"]);
    expect(models.map(({ name, dtype }) => [name, dtype])).toEqual([
      ["blip-vqa-base", "int8"],
      ["a", "float32"],
      ["blip2.finetuned", "float32"],
    ]);
  });

  it.each([
    [["nothing"], '"nothing" is neither a folder with a config.json nor a bundled checkpoint (a, b)'],
    [["a", join(root, "elsewhere/a")], 'Two checkpoints are named "a"'],
    [[join(bundled, "empty")], "neither a folder with a config.json"],
    [[join(bundled, "README.md")], "neither a folder with a config.json"],
    [["../escape"], "neither a folder with a config.json"],
    [["a/b@../../c"], "neither a folder with a config.json"],
    [["a/b/c"], "neither a folder with a config.json"],
  ])("must be there: %j", async (names, message) => {
    await expect(find(names)).rejects.toThrow(ConfigError);
    await expect(find(names)).rejects.toThrow(message);
  });

  it("must be at least one", async () => {
    await expect(find([], "float32", join(root, "none"))).rejects.toThrow("There is no checkpoint");
  });
});
