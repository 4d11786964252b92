import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Xorshift } from "../../bench/random.ts";
import { root } from "../acceptance/support/server.ts";
import { StandInHub } from "./stand-in-hub.ts";

const numKills = 20;
const random = new Xorshift(7);
const noise = (bytes: number): Buffer => Buffer.from(Uint8Array.from({ length: bytes }, () => random.next() & 255));
const shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
const index = { weight_map: Object.fromEntries(shards.map((shard, i) => [`tensor.${i}`, shard])) };
const files = new Map([
  ["config.json", Buffer.from("{}")],
  ["model.safetensors.index.json", Buffer.from(JSON.stringify(index))],
  ...shards.map((shard) => [shard, noise(1_000_000)] as const),
]);

let hub: StandInHub;
let home: string;
beforeAll(async () => {
  hub = await StandInHub.start(files, { bytesPerSecond: 500_000 });
  home = mkdtempSync(join(tmpdir(), "hub-home-"));
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  rmSync(home, { recursive: true });
});

function startPull(): ChildProcess {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, HF_HOME: home, HF_ENDPOINT: hub.url };
  const args = ["--import", "tsx", "src/cli/models.ts", "pull", "tiny/model"];
  return spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "ignore"] });
}

it(`a pull that is killed ${numKills} times at random moments goes on where it was, and brings every byte in the end`, async () => {
  for (let kill = 0; kill < numKills; kill++) await killDuring(startPull());
  const last = startPull();
  let folder = "";
  last.stdout!.on("data", (text: Buffer) => (folder += text.toString()));
  const [code] = (await once(last, "close")) as [number];
  expect(code).toBe(0);
  const wrong = [...files].filter(([name, content]) => !readFileSync(join(folder.trim(), name)).equals(content));
  expect(wrong.map(([name]) => name)).toEqual([]);
  const goneOn = hub.requests.filter(({ host, range }) => host === "store" && range !== undefined);
  // How many depends on how busy the machine is: a process may be killed before it has written anything.
  expect(goneOn.length).toBeGreaterThan(0);
}, 120_000);

/** Some of them while they fetch, some before, some when all is there. */
async function killDuring(child: ChildProcess): Promise<void> {
  const before = hub.requests.length;
  const asked = expect.poll(() => hub.requests.length, { interval: 5, timeout: 20_000 }).toBeGreaterThan(before);
  await Promise.race([asked, once(child, "exit")]);
  await delay(200 * random.fraction());
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}
