import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Loads the server as npm start does, without starting it, and tells what the process holds then. */
const inspect = `
  await import("./src/server.ts");
  await import("./src/explorer.ts");
  await import("./src/checkpoints.ts");
  await import("./inference/index.ts");
  await import("./resolvers/fetch-picture.ts");
  const { createRequire } = await import("node:module");
  const { sharedObjects } = process.report.getReport();
  console.log(JSON.stringify({ sharedObjects, cached: Object.keys(createRequire(import.meta.url).cache) }));
`;

describe("the API process", () => {
  it("loads neither the runtime, nor the image decoder, nor transformers", async () => {
    const args = ["--import", "tsx", "--input-type=module", "--eval", inspect];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
    const { sharedObjects, cached } = JSON.parse(stdout) as { sharedObjects: string[]; cached: string[] };
    const engine = /onnxruntime|libvips|sharp|@huggingface/;
    expect([...sharedObjects, ...cached].filter((file) => engine.test(file))).toEqual([]);
    expect(sharedObjects.length).toBeGreaterThan(3);
  });
});

describe("the installation", () => {
  it("has one copy of graphql: two would be two realms", () => {
    const copies = readdirSync(join(root, "node_modules"), { recursive: true, encoding: "utf8" }).filter((path) =>
      /(^|node_modules\/)graphql\/package\.json$/.test(path),
    );
    expect(copies).toEqual(["graphql/package.json"]);
  });
});
