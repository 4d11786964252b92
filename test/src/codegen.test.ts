import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "@graphql-codegen/cli";
import { format } from "prettier";
import { expect, it } from "vitest";
import config from "../../codegen.ts";

const root = join(import.meta.dirname, "../..");

it("typed documents are those of the schema, the examples and the page", async () => {
  const files = (await generate({ ...config, cwd: root, hooks: {}, silent: true, noSilentErrors: true }, false)) as {
    readonly filename: string;
    readonly content: string;
  }[];
  expect(files.map(({ filename }) => filename)).toHaveLength(6);
  for (const { filename, content } of files) {
    const formatted = await format(content, { filepath: filename, printWidth: 120 });
    expect(readFileSync(join(root, filename), "utf8"), `${filename}: run npm run codegen`).toBe(formatted);
  }
});
