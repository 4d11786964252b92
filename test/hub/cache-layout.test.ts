import { createHash } from "node:crypto";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pull } from "../../hub/index.ts";
import { COMMIT, StandInHub } from "./stand-in-hub.ts";

type Entry = { readonly path: string; readonly link: string } | { readonly path: string; readonly sha256: string };

/** What huggingface_hub left of these files: training/goldens/hub_cache.py. */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, "../golden/hub-cache.json"), "utf8")) as {
  readonly commit: string;
  readonly files: Readonly<Record<string, string>>;
  readonly entries: readonly Entry[];
};
const files = new Map(Object.entries(golden.files).map(([name, hex]) => [name, Buffer.from(hex, "hex")]));

let cache: string;
beforeAll(() => void (cache = mkdtempSync(join(tmpdir(), "hub-"))));
afterAll(() => rmSync(cache, { recursive: true }));

it("the cache is laid out as huggingface_hub lays it out, link by link and blob by blob", async () => {
  expect(golden.commit).toBe(COMMIT);
  await using hub = await StandInHub.start(files);
  const config = { endpoint: hub.url, cache, token: undefined, access: "online" } as const;
  const signal = new AbortController().signal;
  await pull(config, { repository: "tiny/model", revision: "main", signal, onProgress: () => undefined });
  expect(entriesOf(cache)).toEqual(golden.entries);
});

function entriesOf(folder: string): readonly Entry[] {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return paths.flatMap((path): readonly Entry[] => {
    const place = join(folder, path);
    const found = lstatSync(place);
    if (found.isSymbolicLink()) return [{ path, link: readlinkSync(place) }];
    if (found.isDirectory()) return [];
    return [{ path, sha256: createHash("sha256").update(readFileSync(place)).digest("hex") }];
  });
}
