import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { requireGuard, type AccessConfig } from "../../../src/access/access-config.ts";
import { addKey, revokeKey } from "../../../src/access/key-changes.ts";
import { parseKeyFile } from "../../../src/access/key-file.ts";
import { KeyRing } from "../../../src/access/key-ring.ts";
import { hashOfKey, newKey } from "../../../src/access/new-key.ts";
import { parseConfig } from "../../../src/config.ts";

const folder = mkdtempSync(join(tmpdir(), "triptych-keys-"));
const file = join(folder, "keys.json");
beforeEach(() => rmSync(file, { force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

const sha256 = hashOfKey(newKey()).toString("hex");
const key = { name: "ci", tenant: "acme", sha256 };

describe("a file of keys", () => {
  it("says whose each key is, and what its tenant may use", () => {
    const quota = { deviceMsPerMinute: 20_000, requestsPerMinute: 600, maxChats: 8 };
    const parsed = parseKeyFile(JSON.stringify({ tenants: { acme: quota }, keys: [key] }));
    expect(parsed.keys).toEqual([{ ...key, role: "member" }]);
    expect(parsed.quotas.get("acme")).toEqual(quota);
  });

  it.each<[unknown, string]>([
    ["x", "the file must be an object"],
    [{ kyes: [] }, 'the file has a field "kyes" that nobody knows'],
    [{ keys: {} }, '"keys" must be a list'],
    [{ keys: [{ ...key, sha256: sha256.toUpperCase() }] }, 'keys[0]: "sha256" must be 64 hexadecimal digits'],
    [{ keys: [{ ...key, key: newKey() }] }, 'keys[0] has a field "key" that nobody knows'],
    [{ keys: [{ ...key, role: "root" }] }, 'keys[0]: "role" must be one of reader, member, admin'],
    [{ keys: [{ ...key, role: "constructor" }] }, 'keys[0]: "role" must be one of'],
    [{ keys: [{ ...key, name: "" }] }, 'keys[0]: "name" must be a text'],
    ...["", "Acme", "a/b", "../b", "a b", "-a", "a.b", "a\n", "ä", "a".repeat(64)].map((tenant): [unknown, string] => [
      { keys: [{ ...key, tenant }] },
      "keys[0]: a tenant's name is",
    ]),
    [{ keys: [key, { ...key, sha256: hashOfKey("x").toString("hex") }] }, 'two keys have the name "ci"'],
    [{ keys: [key, { ...key, name: "other" }] }, "two keys have the sha256"],
    [{ tenants: { acme: { devicesPerMinute: 1 } } }, 'there is no limit "devicesPerMinute"'],
    [{ tenants: { acme: { maxChats: 0 } } }, '"maxChats" must be a whole number from 1 on'],
    [{ tenants: { acme: { maxChats: "8" } } }, '"maxChats" must be a whole number from 1 on'],
    [{ sessionSecret: "short" }, '"sessionSecret" must be a text of at least 32'],
  ])("is refused where it is %j", (text, message) => {
    expect(() => parseKeyFile(JSON.stringify(text))).toThrow(message);
  });
});

describe("a key", () => {
  it("is 256 random bits with a prefix, of which the file has the hash alone", async () => {
    const made = await addKey(file, { tenant: "acme", name: undefined, role: "member" });
    expect(made.key).toMatch(/^tt_[\w-]{43}$/);
    expect(made.name).toMatch(/^acme-[0-9a-f]{4}$/);
    expect(readFileSync(file, "utf8")).not.toContain(made.key.slice(3));
    expect(statSync(file).mode & 0o077).toBe(0);
    const ring = new KeyRing(parseKeyFile(readFileSync(file, "utf8")).keys);
    expect(ring.find(made.key)).toMatchObject({ tenant: "acme", name: made.name });
    expect([ring.find(newKey()), ring.find(""), ring.find(`${made.key} `)]).toEqual([undefined, undefined, undefined]);
  });

  it("goes with its name, and leaves the rest of the file as it is", async () => {
    writeFileSync(file, JSON.stringify({ tenants: { acme: { maxChats: 3 } }, keys: [key] }));
    await addKey(file, { tenant: "bolt", name: "bolt's", role: "reader" });
    await revokeKey(file, "ci");
    const { keys, quotas } = parseKeyFile(readFileSync(file, "utf8"));
    expect(keys.map(({ name, role }) => [name, role])).toEqual([["bolt's", "reader"]]);
    expect(quotas.get("acme")).toEqual({ maxChats: 3 });
    await expect(revokeKey(file, "ci")).rejects.toThrow('no key with the name "ci"');
  });

  it("is not lost where two are made at once", async () => {
    const made = await Promise.allSettled(
      ["a", "b", "c"].map((name) => addKey(file, { tenant: "acme", name, role: "member" })),
    );
    const { keys } = parseKeyFile(readFileSync(file, "utf8"));
    expect(keys).toHaveLength(made.filter(({ status }) => status === "fulfilled").length);
  });

  it("is shown once by npm run keys, apart from all else", async () => {
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, ["--import", "tsx", "src/cli/keys.ts", ...args, "--file", file]);
    const { stdout, stderr } = await run("new", "--tenant", "acme", "--name", "ci");
    expect(stdout).toMatch(/^tt_[\w-]{43}\n$/);
    expect(stderr).toContain("has the hash of ci");
    expect((await run()).stdout).toMatch(/^ci +acme +member/m);
    await expect(run("new", "--tenant", "../acme")).rejects.toThrow("a tenant's name is");
  });
});

describe("an address that others can reach", () => {
  const access = (argv: readonly string[]): AccessConfig => {
    const config = parseConfig(argv, {});
    if (config === "help") throw new Error("no help was asked for");
    return config.access;
  };

  it.each(["0.0.0.0", "::", "192.168.1.7", "triptych.example", "127.evil.example"])(
    "%s needs keys, or a word",
    (host) => {
      expect(() => requireGuard(host, access([]))).toThrow("--open-to-all on");
      expect(() => requireGuard(host, access(["--open-to-all", "on"]))).not.toThrow();
      expect(() => requireGuard(host, access(["--keys", "keys.json"]))).not.toThrow();
    },
  );

  it.each(["127.0.0.1", "127.0.0.2", "::1", "localhost"])("is not %s", (host) => {
    expect(() => requireGuard(host, access([]))).not.toThrow();
  });
});
