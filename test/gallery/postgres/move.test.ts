import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { DiskBlobs } from "../../../blobs/disk-blobs.ts";
import { Gallery } from "../../../gallery/gallery.ts";
import { moveGallery, type Moved } from "../../../gallery/move.ts";
import { SqliteStore } from "../../../gallery/sqlite-store.ts";
import type { GalleryStore, Picture } from "../../../gallery/store.ts";
import { describePostgres } from "../../support/describe-postgres.ts";
import { FakeInference, model, picture } from "../fake-inference.ts";
import { captions, search, words } from "../galleries.ts";
import { one, openIn, png } from "../store-suite.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { newPostgresPlace, type PostgresTestPlace } from "./place.ts";

const root = path.join(import.meta.dirname, "../../..");

describePostgres("moving a gallery from SQLite to PostgreSQL", (postgres) => {
  let folder: string;
  let place: PostgresTestPlace;
  beforeEach(async () => {
    folder = await temporaryFolder();
    place = await newPostgresPlace(postgres.server.url);
  });

  /** Fills the folder with 70 pictures: more than one chunk. */
  async function fill(): Promise<readonly Picture[]> {
    const store = await SqliteStore.open(folder);
    const rows = [];
    for (let i = 0; i < 70; i++) {
      const createdAt = new Date(1_600_000_000_000 + i * 1_001);
      rows.push(await store.add({ ...png(`picture ${i}`, i % 2 === 0 ? `caption ${i}` : undefined), createdAt }));
    }
    for (const { row } of rows) await store.putEmbedding("s", row, one(row / 70, 0.1, -1e-40));
    await store.putEmbedding("t", rows[3]!.row, { values: Float32Array.of(1, 0, 0, 1), vectors: 2 });
    await store.remove([rows[0]!.id]);
    await store.mark("examples");
    await store.close();
    return rows.slice(1);
  }

  async function move(to: GalleryStore): Promise<Moved> {
    const from = await openIn({ open: () => SqliteStore.openToRead(folder) });
    return moveGallery({ from, to, blobs: await DiskBlobs.open(place.folder), onProgress: () => undefined });
  }

  /** What is in the folder, file by file. */
  function contents(): readonly string[] {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return entries.map(({ parentPath, name }) => {
      return `${name} ${createHash("sha256")
        .update(readFileSync(path.join(parentPath, name)))
        .digest("hex")}`;
    });
  }

  it("brings pictures in their order with times, captions, embeddings and marks, and changes nothing of the old", async () => {
    const pictures = await fill();
    const before = contents().filter((line) => !line.includes("-shm"));
    const to = await openIn(place);
    expect(await move(to)).toEqual({ pictures: 69, problems: [] });
    const moved = await to.page({ before: undefined, limit: 100 });
    const plain = ({ id, caption, createdAt, width, byteSize }: Picture) => ({
      id,
      caption,
      createdAt,
      width,
      byteSize,
    });
    expect(moved.toReversed().map(plain)).toEqual(pictures.map(plain));
    expect(readFileSync(await to.file(moved[0]!), "utf8")).toBe("picture 69");
    expect(await to.spaces()).toEqual(["s", "t"]);
    expect(await to.embedding("s", moved[0]!.row)).toEqual(one(70 / 70, 0.1, -1e-40));
    expect(await to.isMarked("examples")).toBe(true);
    expect(contents().filter((line) => !line.includes("-shm"))).toEqual(before);
  });

  it("goes on where it was interrupted, and repeated brings what is new", async () => {
    await fill();
    const to = await openIn(place);
    let numAdded = 0;
    const breaking = Object.assign(Object.create(to) as GalleryStore, {
      get: to.get.bind(to),
      spaces: to.spaces.bind(to),
      putEmbedding: to.putEmbedding.bind(to),
      add: (added: Parameters<GalleryStore["add"]>[0]) => {
        if (++numAdded > 20) throw new Error("the network went away");
        return to.add(added);
      },
    });
    await expect(move(breaking)).rejects.toThrow("went away");
    expect(await to.count()).toBe(20);
    expect(await move(to)).toEqual({ pictures: 69, problems: [] });
    const old = await SqliteStore.open(folder);
    await old.add(png("picture 5", "a new caption"));
    await old.add(png("new"));
    await old.close();
    expect(await move(to)).toEqual({ pictures: 70, problems: [] });
    expect(await to.count()).toBe(70);
    const [five] = await to.get([createHash("sha256").update("picture 5").digest("hex")]);
    expect(five!.caption).toBe("a new caption");
  });

  it("says which pictures did not arrive, and brings the others", async () => {
    const [first, second] = await fill();
    const old = await SqliteStore.openToRead(folder);
    writeFileSync(await old.file(first!), "damaged");
    await old.close();
    const to = await openIn(place);
    expect(await move(to)).toEqual({ pictures: 68, problems: [`${first!.id}: its file is missing or damaged`] });
    writeFileSync(path.join(place.folder, second!.id.slice(0, 2), second!.id), "no picture");
    const { pictures, problems } = await move(to);
    expect([pictures, problems[1]]).toEqual([67, `${second!.id}: its bytes are not there, or are damaged`]);
  });

  it("is one command", async () => {
    await fill();
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, ["--import", "tsx", "src/cli/move-gallery.ts", ...args], {
        cwd: root,
        encoding: "utf8",
        env: { ...process.env, GALLERY_DB: "", BLOBS: "", GALLERY_NAME: "" },
      });
    const to = ["--to", postgres.server.url, "--blobs", place.folder, "--gallery-name", place.gallery];
    const moved = run("--data", folder, ...to);
    expect(moved.stdout).toContain("checking: 69 of 69 pictures\n69 pictures are there as they were.");
    expect(moved.status).toBe(0);
    expect(await (await openIn(place)).count()).toBe(69);
    const nowhere = run("--data", path.join(folder, "nowhere"), ...to);
    expect([nowhere.status, nowhere.stderr]).toEqual([1, expect.stringContaining("there is no such file")]);
    expect(run("--data", folder).status).toBe(2);
  });

  it("leaves a gallery that is searched as the old one was", async () => {
    const inference = new FakeInference([model("blip"), model("blip2", { family: "BLIP2" })]);
    const old = await Gallery.open(folder, inference);
    await old.add(words.map((seen) => ({ image: { bytes: picture(seen) }, caption: seen })));
    const expected = captions(await search(old, "cat dog"));
    await old.close();
    const to = await place.open();
    await move(to);
    inference.restart();
    const gallery = new Gallery(to, inference, { firstPauseMs: 1 });
    onTestFinished(() => gallery.close());
    const before = inference.count("embedImage");
    expect(captions(await search(gallery, "cat dog", { rerank: 3 }))).toHaveLength(words.length);
    expect(captions(await search(gallery, "cat dog"))).toEqual(expected);
    expect(inference.count("embedImage")).toBe(before);
  });
});
