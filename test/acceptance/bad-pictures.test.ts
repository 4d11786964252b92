import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectFailure } from "./support/expect-failure.ts";
import { blackDesert, cut, giantHeader, metadataBomb, pixelBomb } from "./support/hostile-pictures.ts";
import { caption, captionText, captionUpload, expectHealthy, inBase64 } from "./support/operations.ts";
import { drawScene, endingOf, type Scene } from "./support/pictures.ts";
import { startServer, type RealServer } from "./support/server.ts";

let server: RealServer;
let scene: Scene;
let other: Scene;
beforeAll(async () => {
  [server, scene, other] = await Promise.all([startServer(), drawScene("blue", 1), drawScene("red", 1)]);
});
afterAll(() => server[Symbol.asyncDispose]());

type Encode = () => Uint8Array | Promise<Uint8Array>;

describe("files that are no picture, or a bad one", () => {
  const seen = new Set<string>();

  it.each<[string, Encode, string, string]>([
    ["a text file", () => Buffer.from("a red bus near a tree"), "IMAGE_UNREADABLE", "This is text"],
    ["an HTML page", () => Buffer.from("<!doctype html><p>404"), "IMAGE_UNREADABLE", "This is an HTML page"],
    ["an SVG", () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), "IMAGE_UNREADABLE", "an SVG drawing"],
    ["a TIFF", () => sharp(scene.png).tiff().toBuffer(), "IMAGE_UNREADABLE", "This is a TIFF picture"],
    ["zeros", () => Buffer.alloc(100), "IMAGE_UNREADABLE", "a file of an unknown kind"],
    ["a truncated PNG", () => cut(scene.png, 0.6), "IMAGE_UNREADABLE", "This PNG picture is damaged or cut off"],
    ["a truncated JPEG", () => jpeg(0.6), "IMAGE_UNREADABLE", "This JPEG picture is damaged or cut off"],
    ["a truncated WebP", () => webp(0.6), "IMAGE_UNREADABLE", "This WebP picture is damaged or cut off"],
    ["20,000 × 20,000 pixels", giantHeader, "IMAGE_TOO_LARGE", "20000 × 20000 pixels (400 megapixels)"],
    ["zero bytes", () => Buffer.alloc(0), "IMAGE_UNREADABLE", "The picture has no bytes"],
  ])("%s", async (_name, encode, code, message) => {
    const answer = await caption(server.url, inBase64(await encode()));
    expectFailure(answer, { code, message });
    expect(answer.data.caption).toBeNull();
    expect(seen).not.toContain(answer.errors[0]!.message);
    seen.add(answer.errors[0]!.message);
  });

  async function jpeg(share: number): Promise<Uint8Array> {
    return cut(await sharp(scene.png).jpeg().toBuffer(), share);
  }

  async function webp(share: number): Promise<Uint8Array> {
    return cut(await sharp(scene.png).webp({ lossless: true }).toBuffer(), share);
  }
});

describe("pictures of rare kinds are seen as they are", () => {
  it.each<[string, Encode]>([
    ["a CMYK JPEG", () => sharp(scene.png).toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer()],
    ["a PNG of 16 bits", () => sharp(scene.png).toColourspace("rgb16").png().toBuffer()],
    ["a PNG with a palette", () => sharp(scene.png).png({ palette: true }).toBuffer()],
    ["a PNG with alpha", () => sharp(scene.png).ensureAlpha(1).png().toBuffer()],
    ["a progressive JPEG", () => sharp(scene.png).jpeg({ progressive: true }).toBuffer()],
    ["an AVIF", () => sharp(scene.png).avif({ quality: 90 }).toBuffer()],
    ["a very wide picture", () => sharp(scene.png).resize(4_000, 40, { fit: "fill" }).png().toBuffer()],
    ["an animated GIF, its first frame", () => sharp(frames(), animated).gif().toBuffer()],
    ["an animated WebP, its first frame", () => sharp(frames(), animated).webp().toBuffer()],
  ])("%s", async (_name, encode) => {
    expect(await captionText(server.url, await encode())).toContain(endingOf(scene.ground));
  });

  it("a picture of one pixel", async () => {
    const pixel = await sharp(scene.png).resize(1, 1).png().toBuffer();
    expect(await captionText(server.url, pixel)).toMatch(/ on a \w+ background$/);
  });

  const animated = { join: { animated: true } };
  const frames = (): Buffer[] => [scene.png, other.png, other.png];
});

describe("pictures that are small only until they are unpacked", () => {
  it.each<[string, Encode]>([
    ["pixels", pixelBomb],
    ["profile and text", metadataBomb],
    ["the most pixels that are taken", blackDesert],
  ])("%s: an answer or IMAGE_UNREADABLE, soon", async (_name, encode) => {
    const bytes = await encode();
    const started = performance.now();
    const { codes } = await caption(server.url, inBase64(bytes));
    expect([[], ["IMAGE_UNREADABLE"]]).toContainEqual(codes);
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});

describe("base64 that is none", () => {
  const whole = (): string => scene.png.toString("base64");

  it.each<[string, () => string, string, string]>([
    ["broken", () => `${whole().slice(0, 40)}*${whole().slice(41)}`, "BAD_USER_INPUT", "position 40"],
    ["with line breaks", () => `${whole().slice(0, 76)}\n${whole().slice(76)}`, "BAD_USER_INPUT", "line breaks"],
    ["cut", () => whole().slice(0, 41), "BAD_USER_INPUT", "its length must be a multiple of 4; it is 41"],
    ["a data URI that is not base64", () => "data:image/png,picture", "BAD_USER_INPUT", "must begin with"],
    ["a data URI of text", () => "data:text/plain;base64,aGVsbG8gd29ybGQh", "IMAGE_UNREADABLE", "This is text"],
    ["a data URI of nothing", () => "data:image/png;base64,", "IMAGE_UNREADABLE", "no bytes"],
  ])("%s", async (_name, base64, code, message) => {
    expectFailure(await caption(server.url, { base64: base64() }), { code, message });
  });

  it("as a data URI is taken, whatever type it claims", async () => {
    const { data } = await caption(server.url, { base64: `data:image/jpeg;base64,${whole()}` });
    expect(data.caption!.text).toContain(endingOf(scene.ground));
  });
});

describe("files that are too large", () => {
  const large = Buffer.alloc(20 * 2 ** 20 + 3);
  const failure = { code: "IMAGE_TOO_LARGE", message: "20971520 bytes" };

  it("as an upload", async () => {
    expectFailure(await captionUpload(server.url, large), { ...failure, status: 413 });
  });

  it("in base64", async () => {
    expectFailure(await caption(server.url, inBase64(large)), failure);
  });
});

it("the same as uploads: bad ones are refused, good ones described", async () => {
  expect((await captionUpload(server.url, cut(scene.png, 0.5))).codes).toEqual(["IMAGE_UNREADABLE"]);
  expect((await captionUpload(server.url, Buffer.alloc(0))).codes).toEqual(["IMAGE_UNREADABLE"]);
  expect((await captionUpload(server.url, scene.png)).data.caption!.text).toContain(endingOf(scene.ground));
});

it("after all of it the same worker answers truly", async () => {
  await expectHealthy(server.url);
  expect(server.output).not.toContain("worker died");
});
