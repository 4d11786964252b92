import { describe, expect, it } from "vitest";
import { decodeImage } from "../../../inference/image/decode.ts";
import { parsePreprocessing } from "../../../inference/image/preprocessing.ts";
import { viewsOf } from "../../../inference/image/views.ts";
import { Pictures } from "../../../inference/worker/pictures.ts";
import { goldenBytes } from "../image/goldens.ts";

const [wide, tiny] = ["wide.png", "tiny.png"].map((file) => ({ bytes: goldenBytes(`pictures/${file}`) }));
const small = parsePreprocessing({ size: { width: 32, height: 32 } });
const large = parsePreprocessing({ size: { width: 48, height: 64 } });
const unlike = parsePreprocessing({ size: { width: 32, height: 32 }, image_mean: [0.5, 0.5, 0.5] });

/** Somebody who does not leave. */
const somebody = { signal: new AbortController().signal };

/** Pictures that count what they really decode. */
function counted(maxBytes = 2 ** 20): { readonly pictures: Pictures; readonly decoded: Uint8Array[] } {
  const decoded: Uint8Array[] = [];
  const decode = (bytes: Uint8Array): ReturnType<typeof decodeImage> => {
    decoded.push(bytes);
    return decodeImage(bytes);
  };
  return { pictures: new Pictures({ maxBytes, decode }), decoded };
}

describe("a picture that many ask for at once", () => {
  it("is decoded once for all models, and each sees it in its own way", async () => {
    const { pictures, decoded } = counted();
    const ways = [small, large, unlike, small, large, unlike];
    const loaded = await Promise.all(ways.map((way) => pictures.load(wide!, way, somebody)));
    expect(decoded).toHaveLength(1);
    const image = await decodeImage(wide!.bytes);
    const seen = await Promise.all(ways.map((way) => viewsOf(image, way)));
    loaded.forEach(({ views, width, height }, i) => {
      expect([width, height]).toEqual([image.width, image.height]);
      expect(views).toEqual(seen[i]);
    });
    expect(loaded[3]!.views[0]).toBe(loaded[0]!.views[0]);
  });

  it("is decoded once also when it is first inspected and then used", async () => {
    const { pictures, decoded } = counted();
    const [inspected] = await Promise.all([pictures.inspect(wide!, somebody), pictures.load(wide!, small, somebody)]);
    await pictures.load({ bytes: Uint8Array.from(wide!.bytes) }, large, somebody);
    expect(decoded).toHaveLength(1);
    expect(inspected).toEqual({
      width: expect.any(Number) as number,
      height: expect.any(Number) as number,
      format: "png",
    });
  });

  it("fails for all who asked, and is tried again for the next", async () => {
    const { pictures, decoded } = counted();
    const damaged = { bytes: wide!.bytes.subarray(0, 200) };
    const outcomes = await Promise.allSettled(
      [small, large, unlike].map((way) => pictures.load(damaged, way, somebody)),
    );
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: "IMAGE_UNREADABLE" } });
    expect(decoded).toHaveLength(1);
    await expect(pictures.load(damaged, small, somebody)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
    expect(decoded).toHaveLength(2);
    await expect(pictures.load(tiny!, small, somebody)).resolves.toHaveProperty("views");
  });

  it("is decoded again when there was no room to keep it", async () => {
    const { pictures, decoded } = counted(0);
    await pictures.load(wide!, small, somebody);
    await pictures.load(wide!, small, somebody);
    expect(decoded).toHaveLength(2);
  });
});
