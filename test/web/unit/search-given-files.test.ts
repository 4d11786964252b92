import { describe, expect, it } from "vitest";
import { droppedFiles, hasFolder, pickedFiles } from "../../../web/src/search/given-files.ts";

/** A folder, or a file of a type; undefined: one that cannot be read. */
type Tree = { readonly [name: string]: Tree } | string | undefined;

function entryOf(fullPath: string, tree: Tree): FileSystemEntry {
  if (typeof tree === "object") return folderOf(fullPath, tree);
  const file = (found: (file: File) => void, failed: () => void): void =>
    tree === undefined ? failed() : found(new File(["x"], fullPath.split("/").at(-1)!, { type: tree }));
  return { isFile: true, isDirectory: false, fullPath, file } as unknown as FileSystemEntry;
}

/** As browsers do, it gives a hundred entries at once. */
function folderOf(fullPath: string, tree: Exclude<Tree, string | undefined>): FileSystemEntry {
  const createReader = () => {
    const left = Object.entries(tree).map(([name, each]) => entryOf(`${fullPath}/${name}`, each));
    return { readEntries: (found: (entries: FileSystemEntry[]) => void) => found(left.splice(0, 100)) };
  };
  return { isFile: false, isDirectory: true, fullPath, createReader } as unknown as FileSystemEntry;
}

function dropOf(...trees: readonly (readonly [string, Tree])[]): DataTransfer {
  const items = trees.map(([name, tree]) => ({ webkitGetAsEntry: () => entryOf(`/${name}`, tree) }));
  return { items, files: [] } as unknown as DataTransfer;
}

describe("what is dropped", () => {
  it("is all that lies in folders, by its path; what is no picture, or cannot be read, is skipped", async () => {
    const holiday = { "a.jpg": "image/jpeg", beach: { "b.png": "image/png", "c.mov": "video/quicktime" } };
    const drop = dropOf(["holiday", { ...holiday, "locked.jpg": undefined }], ["d.webp", "image/webp"]);
    expect(hasFolder(drop)).toBe(true);
    const { pictures, skipped } = await droppedFiles(drop);
    expect(pictures.map(({ path }) => path)).toEqual(["holiday/a.jpg", "holiday/beach/b.png", "d.webp"]);
    expect(skipped).toEqual(["holiday/beach/c.mov", "holiday/locked.jpg"]);
  });

  it("is read to the end of a large folder", async () => {
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`${i}.png`, "image/png"]));
    expect((await droppedFiles(dropOf(["many", many]))).pictures).toHaveLength(250);
  });
});

describe("what is picked", () => {
  it("is told by its kind, whatever its name says", () => {
    const files = [new File(["x"], "a.png", { type: "image/png" }), new File(["x"], "b.png", { type: "text/plain" })];
    const { pictures, skipped } = pickedFiles(files);
    expect([pictures.map(({ path }) => path), skipped]).toEqual([["a.png"], ["b.png"]]);
  });
});
