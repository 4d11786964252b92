import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "./support/graph.ts";
import { expectHealthy, inBase64 } from "./support/operations.ts";
import { drawScenes } from "./support/pictures.ts";
import { root, startServer, type RealServer } from "./support/server.ts";
import { eventually } from "./support/wait.ts";

interface Image {
  readonly id: string;
  readonly url: string;
  readonly sha256: string;
  readonly caption: string | null;
}

interface Hits {
  readonly hits: { readonly edges: readonly { readonly node: Image; readonly similarity: number }[] };
}

const fields = "id url sha256 caption";
const numClients = 4;
const wanted = 24;

const dataDirectory = mkdtempSync(join(tmpdir(), "gallery-"));
let first: RealServer;
let server: RealServer;
/** What the first server said that it had added, with the bytes that it was given. */
const acknowledged = new Map<string, { readonly png: Buffer; readonly caption: string }>();
const removed: string[] = [];

beforeAll(async () => {
  first = await startServer({ dataDirectory });
  await fillUntilKilled();
});
afterAll(async () => {
  await first[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  rmSync(dataDirectory, { recursive: true });
});

describe("an API process killed with SIGKILL while pictures are added and removed", () => {
  it("leaves no process: its worker ends by itself", async () => {
    await eventually("all processes are gone", () => (first.processes().length === 0 ? true : undefined), 10_000);
  });

  it("has lost nothing that it acknowledged when it is started again", async () => {
    server = await startServer({ dataDirectory });
    const ids = [...acknowledged.keys()];
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Image { ${fields} } } }`;
    const { data } = await ask<{ nodes: readonly (Image | null)[] }>(server.url, query, { variables: { ids } });
    expect(data.nodes.map((node) => node?.id)).toEqual(ids);
    for (const node of data.nodes) {
      const { png, caption } = acknowledged.get(node!.id)!;
      expect(node).toMatchObject({ caption, sha256: digest(png) });
      expect(Buffer.from(await (await fetch(server.url + node!.url)).arrayBuffer()).equals(png)).toBe(true);
    }
  });

  it("has not brought back what it said it removed", async () => {
    expect(removed.length).toBeGreaterThan(0);
    const query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    const { data } = await ask<object>(server.url, query, { variables: { ids: removed } });
    expect(data).toEqual({ nodes: removed.map(() => null) });
  });

  it("has all examples in the end, wherever their seeding was interrupted, and every picture once", async () => {
    const examples = await exampleDigests();
    const images = await eventually("all examples are there", async () => {
      const found = await pageThrough();
      return examples.every((sha256) => found.some((image) => image.sha256 === sha256)) ? found : undefined;
    });
    const ids = images.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining([...acknowledged.keys()]));
  });

  it("finds each picture by itself", async () => {
    const query = `query ($image: ImageInput!) { hits: similarImages(image: $image, first: 1) { edges { similarity node { ${fields} } } } }`;
    for (const [id, { png }] of [...acknowledged].slice(-3)) {
      const { data } = await ask<Hits>(server.url, query, { variables: { image: inBase64(png) } });
      expect(data.hits.edges[0]!.node.id).toBe(id);
      expect(data.hits.edges[0]!.similarity).toBeCloseTo(1, 3);
    }
    await expectHealthy(server.url);
  });
});

/** Clients add pictures, and now and then remove one, until enough is acknowledged; then the server is shot at once. */
async function fillUntilKilled(): Promise<void> {
  const scenes = (await drawScenes(4 * wanted)).map(({ png }, i) => ({ png, caption: `picture ${i}` }));
  const client = async (): Promise<void> => {
    for (let scene = scenes.pop(); scene; scene = scenes.pop()) await addOne(first.url, scene);
  };
  // What is under way when the server is shot fails.
  const clients = Promise.allSettled(Array.from({ length: numClients }, client));
  await eventually("enough is acknowledged", () => (acknowledged.size >= wanted ? true : undefined));
  first.kill("SIGKILL");
  await first.exit;
  await clients;
}

async function addOne(url: string, picture: { readonly png: Buffer; readonly caption: string }): Promise<void> {
  const { png, caption } = picture;
  const add = `mutation ($input: AddImagesInput!) { addImages(input: $input) { images { ${fields} } } }`;
  const input = { images: [{ image: inBase64(png), caption }] };
  const { data } = await ask<{ addImages: { images: readonly Image[] } }>(url, add, { variables: { input } });
  const { id } = data.addImages.images[0]!;
  if (!caption.endsWith("0")) return void acknowledged.set(id, picture);
  const remove = "mutation ($input: RemoveImagesInput!) { removeImages(input: $input) { removedIds } }";
  const { errors } = await ask(url, remove, { variables: { input: { ids: [id] } } });
  if (errors.length === 0) removed.push(id);
}

async function pageThrough(after: string | null = null): Promise<readonly Image[]> {
  const query = `query ($after: String) {
    images(first: 10, after: $after) { edges { node { ${fields} } } pageInfo { hasNextPage endCursor } }
  }`;
  const { data } = await ask<{ images: Page }>(server.url, query, { variables: { after } });
  const { edges, pageInfo } = data.images;
  const images = edges.map(({ node }) => node);
  return pageInfo.hasNextPage ? [...images, ...(await pageThrough(pageInfo.endCursor))] : images;
}

interface Page {
  readonly edges: readonly { readonly node: Image }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

/** SHA-256 of each bundled picture. */
async function exampleDigests(): Promise<readonly string[]> {
  const folder = join(root, "examples");
  const captions = JSON.parse(await readFile(join(folder, "captions.json"), "utf8")) as object;
  const files = await Promise.all(Object.keys(captions).map((name) => readFile(join(folder, name))));
  return files.map(digest);
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
