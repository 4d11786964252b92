import { readdirSync, realpathSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CheckpointError } from "../../../inference/checkpoint/checkpoint-error.ts";
import { makeRoom, markUsed, openWeightCache, requireRoom } from "../../../inference/checkpoint/weight-cache.ts";
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

  it("keeps within its bytes what was used last, and nothing of others", () => {
    const folder = folderWith({
      "a.safetensors": "1234",
      "b.safetensors": "1234",
      "c.safetensors": "1234",
      "d.digest": "12",
    });
    const now = Date.now();
    for (const [i, name] of ["b", "a", "c"].entries()) markUsed(join(folder, `${name}.safetensors`), now + 1000 * i);
    makeRoom(folder, 4, 16);
    expect(readdirSync(folder).sort()).toEqual(["a.safetensors", "b.safetensors", "c.safetensors", "d.digest"]);
    makeRoom(folder, 5, 16);
    expect(readdirSync(folder).sort()).toEqual(["a.safetensors", "c.safetensors", "d.digest"]);
    makeRoom(folder, 16, 16);
    expect(readdirSync(folder)).toEqual(["d.digest"]);
    expect(() => makeRoom(folder, 17e9, 16e9)).toThrow(
      "may hold 16.0 GB of quantised weights (--weight-cache-bytes) where 17.0 GB are needed",
    );
  });

  it("leaves what is marked as used written when it was", () => {
    const folder = folderWith({ "a.safetensors": "1234" });
    const [file, before] = [join(folder, "a.safetensors"), new Date("2026-01-02T03:04:05Z")];
    utimesSync(file, before, before);
    markUsed(file, before.getTime() + 1000);
    expect(statSync(file)).toMatchObject({ mtimeMs: before.getTime(), atimeMs: before.getTime() + 1000 });
    markUsed(join(folder, "missing"));
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
