import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished, TestRunner } from "vitest";

/**
 * A new empty folder, which is removed after the test that asks for it; asked for outside of tests, after those of the
 * file. Hooks can't ask for one.
 */
export function temporaryFolder(name: string): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
  // Registered for each: where files share a process, a hook of this module would be the first file's alone.
  const whenOver = TestRunner.getCurrentTest() === undefined ? afterAll : onTestFinished;
  whenOver(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
