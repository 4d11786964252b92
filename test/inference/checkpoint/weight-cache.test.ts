import { readdirSync, realpathSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CheckpointError } from "../../../inference/checkpoint/checkpoint-error.ts";
import { openWeightCache, requireRoom } from "../../../inference/checkpoint/weight-cache.ts";
import { folderWith } from "./folder.ts";

describe("the cache of quantised weights", () => {
  it("is made where it is missing, and known by its real path", () => {
    const folder = folderWith({});
    expect(openWeightCache(join(folder, "a", "b"))).toBe(join(folder, "a", "b"));
    symlinkSync(join(folder, "a"), join(folder, "link"));
    expect(openWeightCache(join(folder, "link"))).toBe(realpathSync(join(folder, "a")));
  });

  it("loses what was left unfinished an hour ago, and nothing else", () => {
    const folder = folderWith({ "old.tmp": "", "new.tmp": "", "old.safetensors": "" });
    const hourAgo = new Date(Date.now() - 3_601_000);
    for (const name of ["old.tmp", "old.safetensors"]) utimesSync(join(folder, name), hourAgo, hourAgo);
    openWeightCache(folder);
    expect(readdirSync(folder).sort()).toEqual(["new.tmp", "old.safetensors"]);
  });

  it("says how much room is wanting", () => {
    const folder = folderWith({});
    requireRoom(folder, 1);
    expect(() => requireRoom(folder, 2 ** 62)).toThrow(CheckpointError);
    expect(() => requireRoom(folder, 2 ** 62)).toThrow(
      /has [\d.]+ GB free where quantised weights need 4611686018\.4 GB/,
    );
  });
});
