import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeImage } from "../../../inference/image/decode.ts";
import type { RgbImage } from "../../../inference/image/rgb-image.ts";
import { CMYK_AS_RGB, CMYK_JPEG } from "./cmyk-jpeg.ts";
import { goldenBytes, goldenPictures } from "./goldens.ts";
import { png, unfiltered, type Chunk, type PngHeader } from "./png.ts";

describe("decodeImage", () => {
  it.each(goldenPictures())("gives Pillow's bytes: $file", async ({ file, width, height, rgb }) => {
    const image = await decodeImage(goldenBytes(`pictures/${file}`));
    expect([image.width, image.height]).toEqual([width, height]);
    expect(Buffer.from(image.data).equals(goldenBytes(`pictures/${rgb}`))).toBe(true);
  });

  it("reads a picture of one pixel", async () => {
    const image = await decodeImage(png({ width: 1, height: 1, depth: 8, colourType: 2 }, Buffer.of(0, 10, 20, 30)));
    expect(image).toEqual({ width: 1, height: 1, data: Uint8Array.of(10, 20, 30), format: "png" });
  });

  it("converts CMYK by Pillow's formula", async () => {
    const image = await decodeImage(CMYK_JPEG);
    expect({ ...image, data: hex(image) }).toEqual({
      width: 4,
      height: 3,
      format: "jpeg",
      data: CMYK_AS_RGB.toString("hex"),
    });
  });
});

describe("decodeImage of the PNG kinds", () => {
  it("keeps the upper 8 of 16 bits", async () => {
    const samples = Buffer.from("01ff80007fff" + "fffe00ff1234", "hex");
    expect(hex(await decodePng({ width: 2, height: 1, depth: 16, colourType: 2 }, samples, 12))).toBe(
      "01807f" + "ff0012",
    );
  });

  it("keeps the upper 8 of 16 bits of grey", async () => {
    const grey = Buffer.from("01ff8000", "hex");
    expect(hex(await decodePng({ width: 2, height: 1, depth: 16, colourType: 0 }, grey, 4))).toBe("010101" + "808080");
  });

  it("shows what alpha hides", async () => {
    const samples = Buffer.from("0a141e00" + "28323cff", "hex");
    expect(hex(await decodePng({ width: 2, height: 1, depth: 8, colourType: 6 }, samples, 8))).toBe(
      "0a141e" + "28323c",
    );
  });

  it("drops the alpha of grey", async () => {
    expect(hex(await decodePng({ width: 2, height: 1, depth: 8, colourType: 4 }, Buffer.of(7, 0, 9, 128), 4))).toBe(
      "070707090909",
    );
  });

  it("spreads one bit of grey over 8", async () => {
    expect(hex(await decodePng({ width: 2, height: 1, depth: 1, colourType: 0 }, Buffer.of(0x40), 1))).toBe(
      "000000ffffff",
    );
  });

  it("shows the colours that a palette calls transparent", async () => {
    const chunks: Chunk[] = [
      ["PLTE", Buffer.of(1, 2, 3, 4, 5, 6)],
      ["tRNS", Buffer.of(0, 100)],
    ];
    const image = await decodePng({ width: 2, height: 1, depth: 8, colourType: 3 }, Buffer.of(1, 0), 2, chunks);
    expect(hex(image)).toBe("040506" + "010203");
  });

  async function decodePng(header: PngHeader, samples: Uint8Array, rowBytes: number, chunks: readonly Chunk[] = []) {
    return decodeImage(png(header, unfiltered(samples, rowBytes), chunks));
  }
});

describe("decodeImage of the other formats", () => {
  it.each(["gif", "webp"] as const)("takes the first frame of an animated %s", async (format) => {
    const frames = Buffer.concat([Buffer.alloc(6 * 4 * 3, 200), Buffer.alloc(6 * 4 * 3, 20)]);
    const raw = { width: 6, height: 8, channels: 3, pageHeight: 4 } as const;
    const animation = sharp(frames, { raw });
    const bytes = await (format === "gif" ? animation.gif() : animation.webp({ lossless: true })).toBuffer();
    const image = await decodeImage(bytes);
    expect({ ...image, data: hex(image) }).toEqual({ width: 6, height: 4, format, data: "c8".repeat(6 * 4 * 3) });
  });

  it("reads AVIF", async () => {
    const image = await decodeImage(
      await plain("#336699").avif({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer(),
    );
    expect([image.width, image.height, image.format]).toEqual([16, 8, "avif"]);
    expect(nearestColour(image, 3, 3)).toBe("rgb(51, 102, 153)");
  });

  it("reads progressive JPEG", async () => {
    const image = await decodeImage(await plain("#ff0000").jpeg({ progressive: true, quality: 100 }).toBuffer());
    expect([image.format, image.data[0]! > 250, image.data[1]! < 5]).toEqual(["jpeg", true, true]);
  });
});

describe("decodeImage turns pictures upright", () => {
  // Where the stored picture's red top left corner is seen, by EXIF orientation.
  const corners = [
    "top left",
    "top right",
    "bottom right",
    "bottom left",
    "top left",
    "top right",
    "bottom right",
    "bottom left",
  ];

  it.each(corners.map((corner, i) => [i + 1, corner] as const))(
    "with orientation %i: %s",
    async (orientation, corner) => {
      const image = await decodeImage(await marked().withMetadata({ orientation }).jpeg({ quality: 100 }).toBuffer());
      const [long, short] = [32, 16];
      expect([image.width, image.height]).toEqual(orientation <= 4 ? [long, short] : [short, long]);
      expect(redCorner(image)).toBe(corner);
    },
  );

  /** 32 × 16, white, with a red top left quarter. */
  function marked() {
    const pixels = Buffer.alloc(32 * 16 * 3, 255);
    for (let y = 0; y < 8; y++) for (let x = 0; x < 16; x++) pixels.set([255, 0, 0], (y * 32 + x) * 3);
    return sharp(pixels, { raw: { width: 32, height: 16, channels: 3 } });
  }

  function redCorner(image: RgbImage): string {
    const places = { top: 1, bottom: image.height - 2, left: 1, right: image.width - 2 };
    const found = (["top", "bottom"] as const).flatMap((y) =>
      (["left", "right"] as const).filter((x) => isRed(image, places[x], places[y])).map((x) => `${y} ${x}`),
    );
    return found.join(" and ");
  }

  function isRed(image: RgbImage, x: number, y: number): boolean {
    const [red, green] = image.data.subarray((y * image.width + x) * 3);
    return red! > 200 && green! < 60;
  }
});

function plain(background: string) {
  return sharp({ create: { width: 16, height: 8, channels: 3, background } });
}

/** A pixel's colour with each channel rounded to a multiple of 51. */
function nearestColour(image: RgbImage, x: number, y: number): string {
  const at = (y * image.width + x) * 3;
  const channels = Array.from(image.data.subarray(at, at + 3), (value) => Math.round(value / 51) * 51);
  return `rgb(${channels.join(", ")})`;
}

function hex(image: RgbImage): string {
  return Buffer.from(image.data).toString("hex");
}
