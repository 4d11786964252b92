import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { revisionOf } from "../../hub/index.ts";
import { ask } from "../acceptance/support/graph.ts";
import { RealServer, root, startServer } from "../acceptance/support/server.ts";
import { COMMIT, StandInHub } from "./stand-in-hub.ts";

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

describe("a checkpoint of the catalogue", () => {
  it("is fetched at its commit, and at its main branch where the hub has no such", async () => {
    await using other = await StandInHub.start(files, { repository: "Salesforce/blip-vqa-base" });
    const env = { ...process.env, HF_HOME: join(home, "other"), HF_ENDPOINT: other.url };
    const args = ["--import", "tsx", "src/cli/models.ts", "pull", "blip-vqa-base"];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
    const [first, second] = other.requests.map(({ url }) => url);
    expect([first, second]).toEqual([
      `/api/models/Salesforce/blip-vqa-base/revision/${revisionOf("Salesforce/blip-vqa-base")}`,
      "/api/models/Salesforce/blip-vqa-base/revision/main",
    ]);
    expect(stderr).toContain("its main branch is used instead");
    expect(stdout.trim()).toMatch(new RegExp(`models--Salesforce--blip-vqa-base/snapshots/${COMMIT}$`));
  });
});
