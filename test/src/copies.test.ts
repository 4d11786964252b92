import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InferenceError } from "../../inference/index.ts";
import { picture, webp } from "../gallery/fake-inference.ts";
import type { TalkingInference } from "./talking-inference.ts";
import { answerOf, startTestServer, type TestServer } from "./test-server.ts";

let server: TestServer<TalkingInference>;
beforeAll(async () => void (server = await startTestServer()));
afterAll(() => server[Symbol.asyncDispose]());

/** The address of a new picture. */
async function added(words: string): Promise<string> {
  const [kept] = await server.gallery.add([{ image: { bytes: picture(words) } }]);
  return `${server.url}/images/${kept!.id}`;
}

describe("a copy of a picture", () => {
  it("is WebP that caches keep for good, under a tag of its own", async () => {
    const url = await added("cat");
    const [whole, copy] = [await fetch(url), await fetch(`${url}?width=320`)];
    expect(Buffer.from(await copy.arrayBuffer())).toEqual(webp("320 cat"));
    expect(copy.headers.get("content-type")).toBe("image/webp");
    expect(copy.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(copy.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
    expect(copy.headers.get("etag")).not.toBe(whole.headers.get("etag"));
  });

  it("is not sent to who has it, nor the picture for it", async () => {
    const url = `${await added("dog")}?width=640`;
    const etag = (await fetch(url)).headers.get("etag")!;
    expect((await fetch(url, { headers: { "if-none-match": etag } })).status).toBe(304);
    expect((await fetch(url.replace("640", "320"), { headers: { "if-none-match": etag } })).status).toBe(200);
  });

  it("tells HEAD its length", async () => {
    const response = await fetch(`${await added("bird")}?width=160`, { method: "HEAD" });
    expect([response.status, response.headers.get("content-length")]).toEqual([200, String(webp("160 bird").length)]);
    expect(await response.text()).toBe("");
  });

  it.each(["100", "", "0320", "320px", "-160"])("is not made in width %o", async (width) => {
    const response = await fetch(`${await added("cat")}?width=${width}`);
    expect([response.status, response.headers.get("etag")]).toEqual([404, null]);
    const { codes, errors } = await answerOf(response);
    expect(codes).toEqual(["NOT_FOUND"]);
    expect(errors[0]!.message).toContain("160, 320, 640, 1280");
  });

  it("of no picture is not there", async () => {
    const response = await fetch(`${server.url}/images/${"0".repeat(64)}?width=320`);
    expect([response.status, (await answerOf(response)).codes]).toEqual([404, ["NOT_FOUND"]]);
  });
});

describe("a copy that cannot be made", () => {
  it.each([
    [new InferenceError("OVERLOADED", "busy", { retryAfterMs: 2_100 }), 503, "3", 200],
    [new InferenceError("DEADLINE_EXCEEDED", "late"), 503, null, 200],
    [new InferenceError("MODEL_UNAVAILABLE", "killed two workers"), 503, null, 503],
    [new InferenceError("IMAGE_UNREADABLE", "changed"), 500, null, 500],
    [new InferenceError("NOT_FOUND", "gone"), 404, null, 200],
  ] as const)("for %o answers %i, which no cache keeps", async (error, status, retryAfter, next) => {
    const url = await added(`fish ${error.code}`);
    server.inference.before = ({ kind }) => {
      if (kind === "shrink") throw error;
    };
    const response = await fetch(`${url}?width=320`);
    server.inference.before = () => undefined;
    expect([response.status, response.headers.get("retry-after")]).toEqual([status, retryAfter]);
    expect([response.headers.get("cache-control"), response.headers.get("etag")]).toEqual(["no-store", null]);
    expect((await answerOf(response)).codes).toEqual([error.code]);
    expect((await fetch(`${url}?width=320`)).status).toBe(next);
  });
});
