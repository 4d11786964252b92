import { describe, expect, it } from "vitest";
import { decodeGlobalId, encodeGlobalId, imageIdOf, tryDecodeGlobalId } from "../../resolvers/global-id.ts";

describe("global ids", () => {
  it("come back as they went out", () => {
    expect(decodeGlobalId(encodeGlobalId("Image", "abc"))).toEqual({ typename: "Image", id: "abc" });
    expect(decodeGlobalId(encodeGlobalId("Model", "a:b/ü"))).toEqual({ typename: "Model", id: "a:b/ü" });
    expect(imageIdOf(encodeGlobalId("Image", "abc"))).toBe("abc");
  });

  it.each(["", "x", "SW1hZ2U6", "Image:abc", encodeGlobalId("Image", "abc") + "=", encodeGlobalId("Query", "1")])(
    "are nothing else: %j",
    (text) => {
      expect(tryDecodeGlobalId(text)).toBeUndefined();
      expect(() => decodeGlobalId(text)).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }) as Error);
    },
  );

  it("name an image where an image is meant", () => {
    expect(() => imageIdOf(encodeGlobalId("Model", "x"))).toThrow("is the id of a Model, not of an Image");
  });

  it("are quoted in part only", () => {
    expect(() => decodeGlobalId("x".repeat(10_000))).toThrow(/^.{0,200}$/);
  });
});
