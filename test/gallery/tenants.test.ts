import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Galleries } from "../../gallery/galleries.ts";
import { Gallery } from "../../gallery/gallery.ts";
import { spaceOf } from "../../gallery/retrieval-model.ts";
import { FakeInference, model, picture } from "./fake-inference.ts";
import { temporaryFolder } from "./temporary-folder.ts";

let inference: FakeInference;
let galleries: Galleries;
let opened: string[];
let closed: string[];
beforeEach(async () => {
  const folder = await temporaryFolder();
  [inference, opened, closed] = [new FakeInference(), [], []];
  const open = async (tenant: string): Promise<Gallery> => {
    opened.push(tenant);
    if (tenant === "broken" && opened.length === 1) throw new Error("no such disk");
    await mkdir(join(folder, tenant), { recursive: true });
    const gallery = await Gallery.open(join(folder, tenant), inference, { tenant });
    const close = gallery.close.bind(gallery);
    gallery.close = () => {
      closed.push(tenant);
      return close();
    };
    return gallery;
  };
  galleries = new Galleries({ open, maxOpen: 2 });
});
afterEach(() => galleries.close());

const add = (tenant: string, words: string) => galleries.of(tenant).add([{ image: { bytes: picture(words) } }]);
const count = async (tenant: string): Promise<number> => (await galleries.of(tenant).page({ first: 9 })).totalCount;

describe("galleries of tenants", () => {
  it("are opened when something is asked of them, once", async () => {
    const gallery = galleries.of("acme");
    expect(opened).toEqual([]);
    await Promise.all([gallery.page({ first: 1 }), gallery.getMany(["x"]), galleries.of("acme").page({ first: 1 })]);
    expect(opened).toEqual(["acme"]);
  });

  it("are closed beyond so many, the least recently used first, and keep what they have", async () => {
    await add("acme", "a cat");
    await add("bolt", "a dog");
    await count("acme");
    expect(await count("cats")).toBe(0);
    await expect.poll(() => closed).toEqual(["bolt"]);
    expect(galleries.size).toBe(2);
    expect(await count("bolt")).toBe(1);
    await expect.poll(() => closed).toEqual(["bolt", "acme"]);
    expect(await count("acme")).toBe(1);
  });

  it("stay open while they are at work", async () => {
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    inference.before = ({ kind }) => (kind === "inspect" ? held : undefined);
    const adding = [add("acme", "a cat"), add("bolt", "a dog"), add("cats", "a bird")];
    await expect.poll(() => inference.count("inspect")).toBe(3);
    expect([galleries.size, closed]).toEqual([3, []]);
    goOn();
    expect((await Promise.all(adding)).flat()).toHaveLength(3);
    expect(galleries.size).toBe(2);
  });

  it("that cannot be opened are tried again for the next", async () => {
    await expect(count("broken")).rejects.toThrow("no such disk");
    expect(await count("broken")).toBe(0);
  });

  it("have copies of their own in the worker: none is searched for another", async () => {
    await add("acme", "a cat");
    await add("bolt", "a dog");
    const search = { model: "blip", text: "a cat", first: 9, rerank: 0 };
    const hits = async (tenant: string) => (await galleries.of(tenant).searchByText(search)).hits.length;
    expect([await hits("acme"), await hits("bolt")]).toEqual([1, 1]);
    const space = spaceOf(model("blip"));
    expect(["acme", "bolt"].map((tenant) => inference.rows(`${tenant}/${space}`))).toEqual([[1], [1]]);
    expect(inference.rows(space)).toEqual([]);
  });
});
