import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

it("npm run schema:check passes", async () => {
  const args = ["--import", "tsx", "src/cli/print-schema.ts", "--check"];
  await expect(promisify(execFile)(process.execPath, args, { cwd: root })).resolves.toMatchObject({ stderr: "" });
});
