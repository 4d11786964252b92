import { describe, expect, it } from "vitest";
import { decodeBase64Picture } from "../../resolvers/base64.ts";

const bytes = Buffer.from([0, 255, 7, 62, 63]);

describe("base64 pictures", () => {
  it.each([
    bytes.toString("base64"),
    `data:image/png;base64,${bytes.toString("base64")}`,
    `data:image/svg+xml;charset=utf-8;BASE64,${bytes.toString("base64")}`,
    `data:;base64,${bytes.toString("base64")}`,
  ])("are decoded from %s", (text) => expect(Buffer.from(decodeBase64Picture(text, 100))).toEqual(bytes));

  it.each([
    ["AP8HP", "multiple of 4; it is 5"],
    ["AP8H Pj8=", "position 4"],
    ["AP8HPj8=\n", "line breaks"],
    ["AP8H_j8=", "position 4"],
    ["AP=HPj8=", "position 2"],
    ["====", "position 0"],
    ["data:image/png,abc", "data URI must begin"],
    ["data:image/png;base64", "data URI must begin"],
  ])("are refused: %j", (text, message) => {
    const error: unknown = expect.objectContaining({
      code: "BAD_USER_INPUT",
      message: expect.stringContaining(message) as string,
    });
    expect(() => decodeBase64Picture(text, 100)).toThrow(error);
  });

  it("are bounded before they are decoded", () => {
    expect(decodeBase64Picture("AAAA".repeat(100), 300).length).toBe(300);
    expect(() => decodeBase64Picture("AAAA".repeat(101), 300)).toThrow(
      expect.objectContaining({ code: "IMAGE_TOO_LARGE" }) as Error,
    );
  });

  it("of many megabytes take no noticeable time to refuse", () => {
    const start = performance.now();
    expect(() => decodeBase64Picture(`${"A".repeat(20_000_000)}!`, 20_000_000)).toThrow("position 20000000");
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
