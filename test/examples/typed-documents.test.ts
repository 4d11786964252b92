import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestServer } from "../src/test-server.ts";

const root = join(import.meta.dirname, "../..");
const guide = await readFile(join(root, "docs/front-end.md"), "utf8");
const clients = ["graphql-ws", "urql", "apollo"] as const;

/** As Vite's template has it. */
const compilerOptions = {
  target: "es2023",
  lib: ["es2023", "dom"],
  module: "esnext",
  moduleResolution: "bundler",
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
  types: [],
  skipLibCheck: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
};

/** A project as the guide's reader has it: the packages, and of the guide its document and its clients. */
let project: string;
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "front-end-"));
  await symlink(join(root, "node_modules"), join(project, "node_modules"));
  await mkdir(join(project, "src"));
  await write("tsconfig.json", JSON.stringify({ compilerOptions, include: ["src", "codegen.ts"] }));
  await write("src/chat.graphql", snippet("graphql", "subscription Chat"));
  for (const name of clients) await write(`src/${name}.ts`, await clientOf(name));
});
afterAll(() => rm(project, { recursive: true, force: true }));

it("the guide's codegen.ts makes of the graph and of its document what its clients are compiled with", async () => {
  await using server = await startTestServer();
  const config = snippet("ts", "CodegenConfig");
  expect(config).toContain('"http://127.0.0.1:4000/graphql"');
  await write("codegen.ts", config.replace("http://127.0.0.1:4000", server.url));
  await run("graphql-codegen", ["--config", "codegen.ts"]);
  await run("tsc", []);
}, 120_000);

/** The guide's one snippet in a language that has these words. */
function snippet(language: string, words: string): string {
  const all = [...guide.matchAll(/```(\w+)\n([^]*?)```/g)].filter(
    ([, name, text]) => name === language && text!.includes(words),
  );
  expect(all).toHaveLength(1);
  return all[0]![2]!;
}

/** It stands in examples/, which has its documents elsewhere. */
async function clientOf(name: string): Promise<string> {
  const source = await readFile(join(root, `examples/front-end/${name}.ts`), "utf8");
  return source.replace("../clients/generated/", "./generated/");
}

function write(file: string, text: string): Promise<void> {
  return writeFile(join(project, file), text);
}

/** A program of the packages, in the project. Some say what is wrong on one stream, some on the other. */
async function run(program: string, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(join(project, "node_modules/.bin", program), args, { cwd: project });
  } catch (cause) {
    const { stdout, stderr } = cause as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${program} failed:\n${stdout}${stderr}`, { cause });
  }
}
