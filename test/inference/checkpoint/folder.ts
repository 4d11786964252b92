import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

/** A temporary folder with these files; removed after the tests of the file that asked for it. */
export function folderWith(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "checkpoint-")));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  folders.push(folder);
  return folder;
}

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The path of one temporary file. */
export function fileWith(name: string, content: Uint8Array | string): string {
  return join(folderWith({ [name]: content }), name);
}
