import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A temporary folder with these files. */
export function folderWith(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = temporaryFolder("checkpoint");
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** The path of one temporary file. */
export function fileWith(name: string, content: Uint8Array | string): string {
  return join(folderWith({ [name]: content }), name);
}
