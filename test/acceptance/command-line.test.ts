import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ask } from "./support/graph.ts";
import { RealServer, root, startServer, type ServerOptions } from "./support/server.ts";

const golden = join(root, "test/golden/blip/captioning-base");
const folder = mkdtempSync(join(tmpdir(), "command-line-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("which models are served", () => {
  it("a folder anywhere, as its files stand, and bundled ones by name", async () => {
    await using server = await startServer({
      args: ["--models", `${golden},demo-blip-vqa`],
      env: { MODELS: "nothing" },
    });
    expect(await servedBy(server)).toEqual(["captioning-base READY", "demo-blip-vqa READY"]);
  });

  it("by the environment, and by a relative path", async () => {
    await using server = await startServer({ env: { MODELS: relative(root, golden) } });
    expect(await servedBy(server)).toEqual(["captioning-base READY"]);
  });

  async function servedBy({ url }: RealServer): Promise<readonly string[]> {
    const { data } = await ask<{ models: readonly { name: string; state: string }[] }>(
      url,
      "{ models { name state } }",
    );
    return data.models.map(({ name, state }) => `${name} ${state}`);
  }
});

describe("what a started server says of itself", () => {
  const models = ["--models", "demo-blip-vqa"];

  it("is where its page, GraphiQL and readiness are", async () => {
    await using server = await startServer({ args: models });
    expect(placesOf(server)).toEqual([
      "compare, chat, search     /",
      "GraphiQL, with examples   /graphql",
      "ready when this says so   /ready",
    ]);
  });

  it("leaves out what was left out", async () => {
    await using server = await startServer({ args: [...models, "--page", "off", "--explorer", "off"] });
    expect(placesOf(server)).toEqual(["the graph                 /graphql", "ready when this says so   /ready"]);
  });

  function placesOf({ output, url }: RealServer): readonly string[] {
    const lines = output.split("\n").filter((line) => line.includes(url));
    return lines.map((line) => line.replace(url, "").trim());
  }
});

describe("what cannot be started says why in a sentence, and ends with 2", () => {
  const file = join(folder, "file");
  writeFileSync(file, "no folder");
  const corrupt = mkdtempSync(join(folder, "corrupt-"));
  writeFileSync(join(corrupt, "gallery.db"), "SQLite format 4\0".repeat(1_000));
  const notOurs = ["--host", "192.0.2.1", "--open-to-all", "on"];
  const unknown = '"gpt" is neither a folder with a config.json nor a bundled checkpoint (demo-blip-caption, ';

  it.each<[string, ServerOptions, string]>([
    ["an unknown model", { args: ["--models", "demo-blip-vqa,gpt"] }, unknown],
    ["a folder without a checkpoint", { env: { MODELS: folder } }, "is neither a folder with a config.json"],
    ["an unknown flag", { args: ["--colour"] }, "Unknown option '--colour'"],
    ["a port that is none", { env: { PORT: "eighty" } }, "--port (or PORT) must be a whole number from 0 to 65535"],
    ["an address that is not ours", { args: notOurs }, "Cannot listen on 192.0.2.1"],
    ["an address that others can reach", { args: ["--host", "0.0.0.0"] }, "nobody would have to say who they are"],
    ["a file of keys that is none", { env: { KEYS_FILE: file } }, `${file} cannot be used: it is not JSON`],
    ["a gallery that is no database", { dataDirectory: corrupt }, `The gallery in ${corrupt} cannot be opened`],
    ["a gallery that is a file", { dataDirectory: file }, `The gallery in ${file} cannot be opened`],
  ])("%s", async (_name, options, message) => {
    await expectRefusal(options, message);
  });

  it("a port in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const port = String((other.address() as AddressInfo).port);
    await expectRefusal({ env: { PORT: port } }, `Cannot listen on 127.0.0.1, port ${port}: it is taken`);
    other.close();
  });

  async function expectRefusal(options: ServerOptions, message: string): Promise<void> {
    await using server = new RealServer(options);
    expect((await server.exit).code).toBe(2);
    expect(server.output).toContain(message);
    expect(server.output).not.toMatch(/^ {4}at /m);
    expect(server.processes()).toEqual([]);
  }
});

it("--help explains every setting, starts nothing and ends with 0", async () => {
  await using server = new RealServer({ args: ["--help"] });
  expect((await server.exit).code).toBe(0);
  const settings = [
    "--models",
    "MODELS",
    "--host",
    "--port",
    "PORT",
    "--data",
    "DATA_DIR",
    "--timeout",
    "--origins",
    "--explorer",
  ];
  expect(settings.filter((setting) => !server.output.includes(setting))).toEqual([]);
});
