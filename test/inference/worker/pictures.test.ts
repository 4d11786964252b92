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

/** Pictures that count what they really decode, once they may. */
function counted(
  maxBytes = 2 ** 20,
  held: Promise<void> = Promise.resolve(),
): { readonly pictures: Pictures; readonly decoded: Uint8Array[] } {
  const decoded: Uint8Array[] = [];
  const decode = async (bytes: Uint8Array): ReturnType<typeof decodeImage> => {
    decoded.push(bytes);
    await held;
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

  it("is decoded for each salt anew, so that nobody learns by the time who asked before", async () => {
    const { pictures, decoded } = counted();
    const [ann, bob] = ["acme", "bolt"].map((salt) => ({ ...somebody, salt }));
    for (const waiter of [ann!, bob!, ann!]) await pictures.load(wide!, small, waiter);
    await pictures.inspect(wide!, bob!);
    expect(decoded).toHaveLength(2);
  });

  it("fails for all who asked, and is tried again for the next", async () => {
    const { pictures, decoded } = counted();
    const damaged = { bytes: wide!.bytes.subarray(0, 200) };
    const outcomes = await Promise.allSettled(
      [small, small, small].map((way) => pictures.load(damaged, way, somebody)),
    );
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: "IMAGE_UNREADABLE" } });
    expect(decoded).toHaveLength(1);
    await expect(pictures.load(damaged, small, somebody)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
    expect(decoded).toHaveLength(2);
    await expect(pictures.load(tiny!, small, somebody)).resolves.toHaveProperty("views");
  });

  it("counts who shared it", async () => {
    const { pictures } = counted();
    await Promise.all([small, small, small, large].map((way) => pictures.load(wide!, way, somebody)));
    await pictures.load(wide!, small, somebody);
    const counts = Object.fromEntries(
      pictures.caches.map(({ name, hits, shared, misses }) => [name, { hits, shared, misses }]),
    );
    expect(counts).toEqual({
      pictures: { hits: 0, shared: 1, misses: 1 },
      pixels: { hits: 1, shared: 2, misses: 2 },
    });
  });

  it("is decoded again when there was no room to keep it", async () => {
    const { pictures, decoded } = counted(0);
    await pictures.load(wide!, small, somebody);
    await pictures.load(wide!, small, somebody);
    expect(decoded).toHaveLength(2);
  });
});

describe("who leaves a picture that many wait for", () => {
  const cancelled = { code: "CANCELLED" };
  const bytesOf = (i: number): { bytes: Uint8Array } => ({ bytes: Buffer.concat([wide!.bytes, Buffer.from(`${i}`)]) });

  it("leaves at once, whoever came first, and the others get it", async () => {
    const { promise: held, resolve: release } = withResolvers();
    const { pictures, decoded } = counted(2 ** 20, held);
    const leaving = new AbortController();
    const signals = [leaving.signal, undefined, leaving.signal, new AbortController().signal];
    const loads = signals.map((signal) => pictures.load(wide!, small, { signal: signal ?? somebody.signal }));
    leaving.abort();
    await expect(loads[0]).rejects.toMatchObject(cancelled);
    await expect(loads[2]).rejects.toMatchObject(cancelled);
    release();
    expect((await loads[1])!.views).toBe((await loads[3])!.views);
    expect(decoded).toHaveLength(1);
  });

  it("leaves it undecoded if nobody stays and it has not begun, and the next begin it anew", async () => {
    const { promise: held, resolve: release } = withResolvers();
    const { pictures, decoded } = counted(2 ** 20, held);
    const places = Promise.all([1, 2, 3, 4].map((i) => pictures.load(bytesOf(i), small, somebody)));
    const leaving = new AbortController();
    const left = [5, 5].map((i) => pictures.load(bytesOf(i), small, leaving));
    leaving.abort();
    for (const load of left) await expect(load).rejects.toMatchObject(cancelled);
    release();
    await places;
    expect(decoded).toHaveLength(4);
    await pictures.load(bytesOf(5), small, somebody);
    expect(decoded).toHaveLength(5);
  });

  it("need not wait for what others came for after it left", async () => {
    const { promise: held, resolve: release } = withResolvers();
    const { pictures, decoded } = counted(2 ** 20, held);
    const places = Promise.all([1, 2, 3, 4].map((i) => pictures.load(bytesOf(i), small, somebody)));
    const leaving = new AbortController();
    const left = pictures.load(bytesOf(5), small, leaving);
    leaving.abort();
    await expect(left).rejects.toMatchObject(cancelled);
    const come = pictures.load(bytesOf(5), small, somebody);
    release();
    await Promise.all([places, come]);
    expect(decoded).toHaveLength(5);
  });

  it("does not come in", async () => {
    const { pictures, decoded } = counted();
    await expect(pictures.load(wide!, small, { signal: AbortSignal.abort() })).rejects.toMatchObject(cancelled);
    expect(decoded).toEqual([]);
  });
});

/** Promise.withResolvers, which Node 20 has not. */
function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

describe("a copy to look at", () => {
  it("is made beside what is decoded for networks, and keeps nothing", async () => {
    const { pictures, decoded } = counted();
    const [{ bytes }] = await Promise.all([
      pictures.shrink(wide!, 160, somebody),
      pictures.shrink(tiny!, 160, somebody),
    ]);
    expect(Buffer.from(bytes).toString("latin1", 8, 12)).toBe("WEBP");
    expect(decoded).toEqual([]);
    expect(pictures.caches.map(({ bytes: kept }) => kept)).toEqual([0, 0]);
  });
});
