import { deflateSync } from "node:zlib";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { InferenceError } from "../../../inference/errors.ts";
import { decodeImage } from "../../../inference/image/decode.ts";
import { readHeader } from "../../../inference/image/header.ts";
import { goldenBytes } from "./goldens.ts";
import { png, unfiltered, type Chunk } from "./png.ts";

const jpeg = goldenBytes("pictures/profile.jpg");
const photo = goldenBytes("pictures/wide.png");
const hugeZeros = new Uint8Array(200_000_000);

describe("what is no picture", () => {
  it.each([
    ["", "an empty file"],
    ["a red bus near a tree", "text"],
    ['{"errors":[]}', "JSON"],
    ["data:image/png;base64,iVBORw0KGgo=", "the text of a data URI"],
    ["<!doctype html><title>404</title>", "an HTML page"],
    ['<?xml version="1.0"?><rss/>', "an XML document"],
    ['<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="100000"/>', "an SVG drawing"],
    ['<?xml version="1.0"?>\n<!-- c -->\n<svg width="9"/>', "an SVG drawing"],
    ["%PDF-1.7\n", "a PDF document"],
    ["BM\x36\0\0\0", "a BMP picture"],
    ["II*\0\x08\0\0\0", "a TIFF picture"],
    ["\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC picture"],
    ["\0\0\0\x18ftypisom\0\0\0\0mp41avc1", "a video (MP4)"],
    ["PK\x03\x04\x14\0", "a ZIP archive"],
    ["RIFF\x24\0\0\0WAVEfmt ", "a RIFF file other than WebP"],
    ["\x01\x02\x03\0\x05", "a file of an unknown kind"],
  ])("%j is refused as %s", async (content, description) => {
    const message = `This is ${description}; a picture must be JPEG, PNG, WebP, GIF or AVIF.`;
    await expect(decodeImage(Buffer.from(content, "latin1"))).rejects.toMatchObject({
      code: "IMAGE_UNREADABLE",
      message,
    });
  });

  it.each([
    "\xff\xd8\xff",
    "\x89PNG\r\n\x1a\n",
    "GIF89a",
    "RIFF\x10\0\0\0WEBPVP8 ",
    "\0\0\0\x18ftypavif\0\0\0\0mif1avif",
  ])("nothing follows the signature %j", async (signature) => {
    await expect(decodeImage(Buffer.from(signature, "latin1"))).rejects.toMatchObject({
      code: "IMAGE_UNREADABLE",
      message: expect.stringMatching(/^This (JPEG|PNG|GIF|WebP|AVIF) picture is damaged or cut off/) as string,
    });
  });
});

describe("a damaged picture", () => {
  it.each([
    ["JPEG", jpeg],
    ["PNG", photo],
  ])("a %s that ends early is refused", async (name, whole) => {
    for (const part of [0.3, 0.6, 0.9]) {
      const cut = decodeImage(whole.subarray(0, Math.floor(whole.length * part)));
      await expect(cut).rejects.toMatchObject({
        code: "IMAGE_UNREADABLE",
        message: expect.stringContaining(name) as string,
      });
    }
  });

  it("a WebP that ends early is refused", async () => {
    const whole = await sharp({ create: { width: 64, height: 64, channels: 3, background: "red" } })
      .webp()
      .toBuffer();
    await expect(decodeImage(whole.subarray(0, whole.length - 10))).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
  });

  it("never gives anything but a picture or an InferenceError", async () => {
    const flips = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(jpeg, photo), flips, async (whole, changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const outcome = await decodeImage(bytes).catch((error: unknown) => error);
        if (outcome instanceof InferenceError) return;
        const { width, height, data } = outcome as Awaited<ReturnType<typeof decodeImage>>;
        expect(data.length).toBe(width * height * 3);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a picture beyond the limits", () => {
  it("is refused by its header, and told both numbers", async () => {
    await expect(decodeImage(claim(20_000, 20_000))).rejects.toMatchObject({
      code: "IMAGE_TOO_LARGE",
      message:
        "The picture has 20000 × 20000 pixels (400 megapixels); accepted are up to 50 megapixels and 16384 pixels a side.",
    });
  });

  it("is refused for one side alone", async () => {
    await expect(readHeader(claim(16_385, 1), { maxPixels: 50e6, maxSide: 16_384 })).rejects.toMatchObject({
      code: "IMAGE_TOO_LARGE",
    });
  });

  it("is refused at one pixel too many, and taken just below", async () => {
    const limits = { maxPixels: 99, maxSide: 100 };
    const grey = (width: number) => png({ width, height: 1, depth: 8, colourType: 0 }, new Uint8Array(width + 1));
    await expect(decodeImage(grey(100), limits)).rejects.toMatchObject({ code: "IMAGE_TOO_LARGE" });
    expect((await decodeImage(grey(99), limits)).width).toBe(99);
  });

  /** A PNG of a few bytes that says it is this large. */
  function claim(width: number, height: number): Buffer {
    return png({ width, height, depth: 8, colourType: 2 }, new Uint8Array(100));
  }
});

describe("a bomb", () => {
  const header = { width: 4, height: 4, depth: 8, colourType: 2 } as const;
  const rows = unfiltered(new Uint8Array(48), 12);
  const packed = deflateSync(hugeZeros);

  it.each<[string, Buffer]>([
    ["pixels far beyond the picture's", png(header, hugeZeros)],
    ["a huge text", png(header, rows, [chunk("zTXt", "Comment\0\0")])],
    ["a huge international text", png(header, rows, [chunk("iTXt", "Comment\0\x01\0\0\0")])],
    ["a huge profile", png(header, rows, [chunk("iCCP", "profile\0\0")])],
  ])("%s is not unpacked", async (_, bytes) => {
    const before = peakBytes();
    expect((await decodeImage(bytes)).width).toBe(4);
    expect(peakBytes() - before).toBeLessThan(hugeZeros.length / 4);
  });

  function peakBytes(): number {
    return process.resourceUsage().maxRSS * 1024;
  }

  /** 200 MB of zeros, packed into 200 kB, behind what the chunk begins with. */
  function chunk(type: string, start: string): Chunk {
    return [type, Buffer.concat([Buffer.from(start, "latin1"), packed])];
  }
});
