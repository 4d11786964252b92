import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Builds what tests start as a process of its own, as npm start does. */
export default function setup(): void {
  execFileSync(process.execPath, ["src/build.js"], { cwd: join(import.meta.dirname, "../.."), stdio: "inherit" });
}
