import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of package.json, examples and checkpoints, be this module TypeScript in src/ or JavaScript in build/. */
export const projectRoot = folderWith("package.json", import.meta.dirname);

function folderWith(name: string, folder: string): string {
  return existsSync(join(folder, name)) ? folder : folderWith(name, dirname(folder));
}
