import { describe, expect, it } from "vitest";
import type { ImageSource } from "../../inference/index.ts";
import { PictureReader, type PictureReaderOptions, type Upload } from "../../resolvers/picture-reader.ts";

const bytes = new Uint8Array([1, 2, 3]);
const source: ImageSource = { bytes };

function reader(options: Partial<PictureReaderOptions> = {}): PictureReader {
  return new PictureReader({
    stored: () => Promise.resolve(source),
    fetchPicture: () => Promise.resolve(bytes),
    maxBytes: 100,
    signal: new AbortController().signal,
    ...options,
  });
}

function upload(size: number): Upload & { reads: number } {
  const file = { size, reads: 0, arrayBuffer: () => ((file.reads += 1), Promise.resolve(new ArrayBuffer(size))) };
  return file;
}

describe("a document's pictures", () => {
  it("are each read once, however often they are named", async () => {
    let fetched = 0;
    const pictures = reader({ fetchPicture: () => ((fetched += 1), Promise.resolve(bytes)) });
    const file = upload(3);
    const read = await Promise.all([
      pictures.read({ upload: file }),
      pictures.read({ upload: file }),
      pictures.read({ url: new URL("https://example.org/a") }),
      pictures.read({ url: new URL("https://EXAMPLE.org/a") }),
      pictures.read({ base64: "AAAA" }),
      pictures.read({ base64: "AAAA" }),
    ]);
    expect([file.reads, fetched]).toEqual([1, 1]);
    expect(read[0]).toBe(read[1]);
    expect(read[4]).toBe(read[5]);
  });

  it("fail alike wherever they are named, and only there", async () => {
    const pictures = reader({ stored: () => Promise.reject(new Error("gone")) });
    await expect(pictures.read({ id: "x" })).rejects.toThrow("gone");
    await expect(pictures.read({ id: "x" })).rejects.toThrow("gone");
    await expect(pictures.read({ base64: "AAAA" })).resolves.toBeDefined();
  });

  it("are bounded, and have at least one byte", async () => {
    await expect(reader().read({ upload: upload(101) })).rejects.toMatchObject({ code: "IMAGE_TOO_LARGE" });
    await expect(reader().read({ upload: upload(0) })).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
    await expect(reader().read({ base64: "" })).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
    await expect(reader().read({ base64: "A" })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });
});
