import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

/** Zones from the top down: a file may import from its own zone and from zones below. */
const house = ["src", "schema", "resolvers", "gallery", "hub", "cluster", "engines", "inference/index"];
/** Folders below all others, and what each may import beside itself. */
const ground: Record<string, string[]> = { blobs: ["postgres"], postgres: [] };
const engineRoom = ["index", "client", "worker", "engine", "runtime", "models", "layers", "onnx", "checkpoint"];
/** Files of inference/ that belong to a zone by another name. */
const partOf: Record<string, string> = {
  admission: "client",
  outstanding: "client",
  "outstanding-request": "client",
  "poison-list": "client",
  "service-times": "client",
  work: "client",
  inference: "client",
  generations: "client",
  "local-generations": "client",
  "failed-event": "client",
  "live-generation": "client",
  "generation-reader": "client",
  "queue-estimate": "client",
  "known-models": "client",
  "scheduler-views": "client",
  residency: "client",
};
/** What everyone inside inference/ may use. */
const common = ["errors", "model-info", "result", "scheduler-view", "task", "tensor", "top-k", "latest-keys"];
/** Leaves, and what each may import beside what is common. */
const leaves: Record<string, string[]> = {
  scheduling: [],
  generation: ["scheduling"],
  text: [],
  image: [],
  "generation-log": [],
};
/** Packages with one place of their own. */
const confined: Record<string, string> = {
  "onnxruntime-node": "inference/runtime/",
  "@huggingface/transformers": "inference/text/",
  "@huggingface/jinja": "inference/text/",
  sharp: "inference/image/",
  libsql: "gallery/",
  pg: "postgres/",
  aws4fetch: "blobs/",
  ioredis: "(cluster|test|bench)/",
  bullmq: "cluster/",
  jose: "src/access/",
  "prom-client": "src/",
  ...Object.fromEntries(
    ["api", "core", "exporter-trace-otlp-http", "resources", "sdk-trace"].map((name) => [
      `@opentelemetry/${name}`,
      "src/tracing/",
    ]),
  ),
  graphql: "(src|schema|resolvers|test|bench)/",
  "graphql-yoga": "(src|resolvers|test|bench)/",
};

interface Import {
  readonly file: string;
  readonly target: string;
  /** Erased before anything runs; direction counts it, cycles don't. */
  readonly isType: boolean;
}

const folders = [...house.slice(0, -1), "inference", ...Object.keys(ground)];
const imports = folders.flatMap((folder) => sources(folder).flatMap(importsOf));

describe("imports point one way", () => {
  it("reads a tree of some size", () => expect(imports.length).toBeGreaterThan(100));

  it("between the parts of the house", () => {
    const wrong = relative().filter(({ file, target }) => !mayImport(file, target));
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  it("for packages that have one place", () => {
    const wrong = imports.filter(({ file, target }) => {
      const place = confined[target];
      return place !== undefined && !new RegExp(`^${place}`).test(file);
    });
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  it("has no cycles between files at run time", () => expect(findCycle()).toBeUndefined());
});

function mayImport(file: string, target: string): boolean {
  const [folder, other] = [file, target].map((path) => path.split("/")[0]!) as [string, string];
  if (folder in ground) return other === folder || ground[folder]!.includes(other);
  if (other in ground) return true;
  const [from, to] = [houseRank(file), houseRank(target)];
  if (from < house.length - 1 || !target.startsWith("inference/")) return from <= to && isDoor(file, target);
  return mayImportInside(zone(file), zone(target));
}

/** From outside, inference is entered by its door only. */
function isDoor(file: string, target: string): boolean {
  return file.startsWith("inference/") || !target.startsWith("inference/") || target === "inference/index.ts";
}

function mayImportInside(from: string, to: string): boolean {
  if (from === to || common.includes(to)) return true;
  if (common.includes(from)) return false;
  if (from in leaves) return leaves[from]!.includes(to);
  if (to in leaves) return true;
  return engineRoom.indexOf(from) <= engineRoom.indexOf(to) && engineRoom.includes(from);
}

function houseRank(file: string): number {
  const place = house.findIndex((part) => file.startsWith(`${part}/`));
  return place >= 0 ? place : house.length - 1;
}

function zone(file: string): string {
  const name = file.split("/")[1]!.replace(/\.ts$/, "");
  return partOf[name] ?? name;
}

function relative(): Import[] {
  return imports
    .filter(({ target }) => target.startsWith("."))
    .map((line) => ({ ...line, target: normalize(join(dirname(line.file), line.target)) }));
}

function findCycle(): string[] | undefined {
  const edges = new Map<string, string[]>();
  for (const { file, target } of relative().filter(({ isType }) => !isType))
    edges.set(file, [...(edges.get(file) ?? []), target]);
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of edges.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle !== undefined) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of edges.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^;"]*?\bfrom\s+"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g;
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    target: (match[1] ?? match[2] ?? match[3])!,
    isType: /^\s*(?:import|export) type\b/.test(match[0]),
  }));
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
}
