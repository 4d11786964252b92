import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../acceptance/support/graph.ts";
import { RealServer, root, startServer } from "../acceptance/support/server.ts";
import { StandInHub } from "./stand-in-hub.ts";

const golden = join(root, "test/golden/blip/captioning-base");
const files = new Map(readdirSync(golden).map((name) => [name, readFileSync(join(golden, name))]));

let hub: StandInHub;
let home: string;
beforeAll(async () => {
  hub = await StandInHub.start(files);
  home = mkdtempSync(join(tmpdir(), "hub-home-"));
});
afterAll(() => rmSync(home, { recursive: true }));

describe("a repository that is served by its name", () => {
  const args = ["--models", "tiny/model"];
  const models = "{ models { name state tasks } }";
  const served = { models: [{ name: "model", state: "READY", tasks: ["CAPTION"] }] };

  it("is fetched first", async () => {
    await using server = await startServer({ args, env: { HF_HOME: home, HF_ENDPOINT: hub.url } });
    expect((await ask(server.url, models)).data).toEqual(served);
    expect(server.output).toMatch(/^tiny\/model: 100 %/m);
  });

  it("needs no hub afterwards", async () => {
    await hub[Symbol.asyncDispose]();
    await using server = await startServer({ args, env: { HF_HOME: home, HF_HUB_OFFLINE: "1" } });
    expect((await ask(server.url, models)).data).toEqual(served);
  });

  it("says in a sentence why it cannot be fetched, and ends with 2", async () => {
    await using server = new RealServer({
      args: ["--models", "tiny/other"],
      env: { HF_HOME: home, HF_HUB_OFFLINE: "1" },
    });
    expect((await server.exit).code).toBe(2);
    expect(server.output).toBe("tiny/other is not in the cache, and HF_HUB_OFFLINE forbids to fetch it.\n");
  });
});
