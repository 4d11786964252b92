import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

describe("the API process", () => {
  it("serves models without the runtime, the image decoder, transformers, or what nobody has switched on in it", async () => {
    const args = ["--import", "tsx", "test/src/api-process.ts"];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
    const { data, loaded } = JSON.parse(stdout) as { readonly data: unknown; readonly loaded: readonly string[] };
    expect(data).toMatchObject({ caption: { text: expect.any(String) as string } });
    expect(
      loaded.filter((file) => /onnxruntime|libvips|sharp|@huggingface|@opentelemetry|prom-client/.test(file)),
    ).toEqual([]);
    expect(loaded.some((file) => file.includes("libsql"))).toBe(true);
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
