import { chmodSync, readdirSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CheckpointError } from "../../../inference/checkpoint/checkpoint-error.ts";
import { digestFiles } from "../../../inference/checkpoint/digest.ts";
import { rememberedDigest } from "../../../inference/checkpoint/digest-memory.ts";
import { fileWith, folderWith } from "./folder.ts";

const LARGE = 2 ** 26;

/** Zeros that take no room on the disk, after some text. */
function largeFile(text = "weights"): string {
  const file = fileWith("model.safetensors", text);
  truncateSync(file, LARGE);
  return file;
}

const remembered = (folder: string): string[] => readdirSync(folder).map((name) => join(folder, name));

describe("a digest", () => {
  it("is remembered while the files stay what they are", async () => {
    const [file, folder] = [largeFile(), folderWith({})];
    const digest = await digestFiles([file]);
    expect(await rememberedDigest([file], folder)).toBe(digest);
    const [memory] = remembered(folder);
    writeFileSync(memory!, "a".repeat(64));
    expect(await rememberedDigest([file], folder)).toBe("a".repeat(64));
    expect(remembered(folder)).toEqual([memory]);
  });

  it("is worked out anew when a file is written, and when its times say so", async () => {
    const [file, folder] = [largeFile(), folderWith({})];
    const first = await rememberedDigest([file], folder);
    const { atime, mtime } = statSync(file);
    writeFileSync(file, "other", { flag: "r+" });
    utimesSync(file, atime, mtime);
    expect(await rememberedDigest([file], folder)).toBe(await digestFiles([file]));
    expect(await rememberedDigest([file], folder)).not.toBe(first);
    expect(remembered(folder)).toHaveLength(2);
  });

  it("is worked out where what is remembered is damaged", async () => {
    const [file, folder] = [largeFile(), folderWith({})];
    const digest = await rememberedDigest([file], folder);
    writeFileSync(remembered(folder)[0]!, digest.slice(1));
    expect(await rememberedDigest([file], folder)).toBe(digest);
  });

  it("of small files is not kept", async () => {
    const [file, folder] = [fileWith("config.json", "{}"), folderWith({})];
    expect(await rememberedDigest([file], folder)).toBe(await digestFiles([file]));
    expect(remembered(folder)).toEqual([]);
  });

  it("needs no folder that can be written", async () => {
    const file = largeFile();
    const folder = folderWith({ file: "" });
    chmodSync(folder, 0o500);
    expect(await rememberedDigest([file], join(folder, "file"))).toBe(await digestFiles([file]));
  });

  it("of a missing file is refused by its name", async () => {
    const folder = folderWith({});
    await expect(rememberedDigest([join(folder, "none")], folder)).rejects.toThrow(CheckpointError);
  });
});
