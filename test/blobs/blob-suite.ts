import { createHash } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import { type BlobStore, maxBlobBytes } from "../../blobs/blob-store.ts";

/** A place that is empty when a test begins. */
export interface BlobPlace {
  /** Opens the place as another process would. */
  open(): Promise<BlobStore>;
  /** Changes what lies there, behind the store's back. */
  spoil(sha256: string, bytes: Uint8Array): Promise<void>;
}

const missing = "0".repeat(64);
const hostile = [
  "",
  "../../etc/passwd",
  missing.slice(1),
  `${missing}0`,
  "G".repeat(64),
  "A".repeat(64),
  `${missing}\n`,
];

/** What must hold of every carrier of blobs. */
export function blobSuite(name: string, newPlace: () => Promise<BlobPlace>): void {
  const open = async (place: BlobPlace): Promise<BlobStore> => {
    const blobs = await place.open();
    onTestFinished(() => blobs.close());
    return blobs;
  };

  describe(`blobs ${name}`, () => {
    it("gives back, also to others, what was put, by its hash", async () => {
      const place = await newPlace();
      const [blobs, other] = [await open(place), await open(place)];
      const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 251));
      const sha256 = await blobs.put(bytes.subarray(100));
      expect(sha256).toBe(sha256Of(bytes.subarray(100)));
      expect(await other.has(sha256)).toBe(true);
      expect(Buffer.from((await other.get(sha256))!)).toEqual(bytes.subarray(100));
    });

    it("keeps nothing of a buffer that changes after it was put, and an empty blob", async () => {
      const blobs = await open(await newPlace());
      const bytes = Buffer.from("before");
      const sha256 = await blobs.put(bytes);
      bytes.fill(0);
      expect(Buffer.from((await blobs.get(sha256))!).toString()).toBe("before");
      expect((await blobs.get(await blobs.put(Buffer.alloc(0))))!.byteLength).toBe(0);
    });

    it("says of what is not there that it is not there", async () => {
      const blobs = await open(await newPlace());
      expect(await blobs.has(missing)).toBe(false);
      expect(await blobs.get(missing)).toBeUndefined();
    });

    it("takes the same bytes again, from many at once", async () => {
      const place = await newPlace();
      const stores = [await open(place), await open(place)];
      const names = await Promise.all(Array.from({ length: 12 }, (_, i) => stores[i % 2]!.put(Buffer.from("same"))));
      expect(new Set(names)).toEqual(new Set([sha256Of(Buffer.from("same"))]));
      expect(Buffer.from((await stores[0]!.get(names[0]!))!).toString()).toBe("same");
    });

    it("removes what it is told, whether it is there or not, and nothing else", async () => {
      const blobs = await open(await newPlace());
      const names = await Promise.all(Array.from({ length: 40 }, (_, i) => blobs.put(Buffer.from(`${i}`))));
      await blobs.remove([missing, ...names.slice(1), names[1]!]);
      expect(await Promise.all(names.map((each) => blobs.has(each)))).toEqual(names.map((_, i) => i === 0));
      await blobs.remove([]);
      expect(await blobs.put(Buffer.from("1"))).toBe(names[1]);
      expect(await blobs.has(names[1]!)).toBe(true);
    });

    it("refuses what is no name", async () => {
      const blobs = await open(await newPlace());
      for (const name of hostile) {
        const calls = [() => blobs.get(name), () => blobs.has(name), () => blobs.remove([name])];
        for (const call of calls) await expect(call(), name).rejects.toMatchObject({ problem: "refused" });
      }
    });

    it("refuses more bytes than a blob may have", async () => {
      const blobs = await open(await newPlace());
      const tooMany = Object.defineProperty(new Uint8Array(1), "byteLength", { value: maxBlobBytes + 1 });
      await expect(blobs.put(tooMany)).rejects.toMatchObject({ problem: "refused" });
    });

    it("gives an error for bytes that are not what was put", async () => {
      const place = await newPlace();
      const blobs = await open(place);
      const sha256 = await blobs.put(Buffer.from("true"));
      await place.spoil(sha256, Buffer.from("fals"));
      await expect(blobs.get(sha256)).rejects.toMatchObject({ name: "BlobError", problem: "corrupt" });
    });
  });
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
