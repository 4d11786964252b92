import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { shrinkImage } from "../../../inference/image/shrink.ts";
import { CMYK_JPEG } from "./cmyk-jpeg.ts";

const red = { r: 220, g: 20, b: 20 };
const blue = { r: 20, g: 20, b: 220 };

function canvas(width: number, height: number, background: object): Sharp {
  return sharp({ create: { width, height, channels: 4, background: { alpha: 1, ...red, ...background } } });
}

async function sizeOf(bytes: Uint8Array): Promise<readonly [number, number]> {
  const { format, width, height } = await sharp(bytes).metadata();
  expect(format).toBe("webp");
  return [width, height];
}

/** [red, green, blue, alpha] of a pixel. */
async function pixel(bytes: Uint8Array, left: number, top: number): Promise<readonly number[]> {
  return [...(await sharp(bytes).ensureAlpha().extract({ left, top, width: 1, height: 1 }).raw().toBuffer())];
}

function isNear(pixel: readonly number[], { r, g, b }: typeof red): boolean {
  return [r, g, b].every((value, i) => Math.abs(value - pixel[i]!) < 24);
}

describe("a copy", () => {
  it.each([
    [800, 600, 320, [320, 240]],
    [600, 800, 320, [240, 320]],
    [2_000, 10, 160, [160, 1]],
    [100, 50, 320, [100, 50]],
  ])("of %i × %i fits into %i, and is never larger than the picture", async (width, height, side, size) => {
    const png = await canvas(width, height, {}).png().toBuffer();
    expect(await sizeOf(await shrinkImage(png, side))).toEqual(size);
  });

  it("is upright, and tells nothing of the camera", async () => {
    const top = await canvas(400, 100, blue).png().toBuffer();
    const upright = canvas(400, 800, {}).composite([{ input: top, left: 0, top: 0 }]);
    const lying = await sharp(await upright.png().toBuffer())
      .rotate(-90)
      .toBuffer();
    const photo = await sharp(lying)
      .jpeg()
      .withExif({ IFD0: { Make: "Camera" } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const copy = await shrinkImage(photo, 160);
    expect(await sizeOf(copy)).toEqual([80, 160]);
    expect(isNear(await pixel(copy, 40, 4), blue)).toBe(true);
    expect(isNear(await pixel(copy, 40, 150), red)).toBe(true);
    const { exif, icc, orientation } = await sharp(copy).metadata();
    expect([exif, icc, orientation]).toEqual([undefined, undefined, undefined]);
  });

  it("is transparent where the picture is", async () => {
    const png = await canvas(400, 400, { alpha: 0 }).png().toBuffer();
    expect((await pixel(await shrinkImage(png, 160), 80, 80))[3]).toBe(0);
  });

  it("of an animation is its first frame", async () => {
    const frames = await Promise.all([red, blue].map((each) => canvas(300, 300, each).png().toBuffer()));
    const gif = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const copy = await shrinkImage(gif, 160);
    expect(await sizeOf(copy)).toEqual([160, 160]);
    expect(isNear(await pixel(copy, 80, 80), red)).toBe(true);
  });

  it("of inks is in red, green and blue", async () => {
    const { space, channels } = await sharp(await shrinkImage(CMYK_JPEG, 160)).metadata();
    expect([space, channels]).toEqual(["srgb", 3]);
  });

  it("of what cannot be read is refused", async () => {
    const jpeg = await canvas(400, 400, {}).jpeg().toBuffer();
    await expect(shrinkImage(Buffer.from("no picture"), 160)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
    await expect(shrinkImage(jpeg.subarray(0, 400), 160)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
  });

  it("of what is too large is refused before it is decoded", async () => {
    const png = await canvas(400, 400, {}).png().toBuffer();
    const refused = shrinkImage(png, 160, { maxPixels: 1_000, maxSide: 1_000 });
    await expect(refused).rejects.toMatchObject({ code: "IMAGE_TOO_LARGE" });
  });
});
