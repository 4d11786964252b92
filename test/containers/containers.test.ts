import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { requireGuard } from "../../src/access/access-config.ts";
import { parseConfig } from "../../src/config.ts";
import { settings } from "../../src/settings.ts";

/** No engine is at hand where tests run: what the files say is held to the tree and to the server's own settings. */
const root = join(import.meta.dirname, "../..");
const containerfile = readFileSync(join(root, "containers/Containerfile"), "utf8");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

interface Service {
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly depends_on?: readonly string[];
  readonly volumes?: readonly string[];
}

const compose = parse(readFileSync(join(root, "containers/compose.yaml"), "utf8")) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const ours = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);

/** The environment that the Containerfile sets. */
const inherited = Object.fromEntries(
  [...containerfile.matchAll(/^ENV (.*)$/gm)].flatMap(([, pairs]) => pairs!.split(" ").map((pair) => pair.split("="))),
) as Record<string, string>;

describe("the Containerfile", () => {
  it("copies what is there, and runs what can be run", () => {
    const copied = [...containerfile.matchAll(/^COPY (.*) \S+$/gm)].flatMap(([, sources]) => sources!.split(" "));
    expect(copied.filter((source) => !existsSync(join(root, source)))).toEqual([]);
    expect(copied).toContain("package-lock.json");
    expect(existsSync(join(root, "src/build.js"))).toBe(true);
    expect(scripts).toHaveProperty("start");
  });
});

describe("the compose file", () => {
  it("builds what there is, and depends on services that it has", () => {
    for (const [, { build, depends_on = [] }] of ours) {
      expect(existsSync(join(root, "containers", build!.context, build!.dockerfile))).toBe(true);
      expect(depends_on.filter((name) => !(name in compose.services))).toEqual([]);
    }
  });

  it.each(ours)("runs a %s with settings that the server knows and takes", (_name, { command, environment }) => {
    const known = new Set<string>(Object.values(settings).map(({ env }) => env));
    const env = { ...inherited, ...environment };
    expect(Object.keys(env).filter((name) => !known.has(name))).toEqual([]);
    const [npm, ...script] = command!;
    expect([npm, scripts[script.at(-1)!]]).toEqual(["npm", expect.any(String)]);
    const config = parseConfig([], env);
    expect(config).toMatchObject({ host: "0.0.0.0", redis: "redis://redis:6379" });
    if (config !== "help") expect(() => requireGuard(config.host, config.access)).not.toThrow();
  });

  it("names its volumes, and hosts that are its services", () => {
    const named = Object.values(compose.services)
      .flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(":")[0]!))
      .filter((source) => !source.startsWith("."));
    expect(named.sort()).toEqual(Object.keys(compose.volumes).sort());
    for (const [, { environment }] of ours) {
      for (const name of ["REDIS_URL", "GALLERY_DB"]) {
        expect(compose.services).toHaveProperty(new URL(environment[name]!).hostname);
      }
    }
  });
});
