import { describe, expect, it } from "vitest";
import { clientOf, type Incoming } from "../../src/client-of.ts";
import { parseConfig } from "../../src/config.ts";

function request(headers: Incoming["headers"]): Incoming {
  return { socket: { remoteAddress: "10.0.0.1" }, headers };
}

describe("a client", () => {
  const proxied = { clientHeader: "x-forwarded-for" };

  it("is its address, whatever it says of itself", () => {
    expect(clientOf(request({ "x-forwarded-for": "1.2.3.4" }), { clientHeader: undefined })).toBe("10.0.0.1");
  });

  it("behind a proxy is what that proxy saw, not what stood there before", () => {
    expect(clientOf(request({ "x-forwarded-for": "made-up, 1.2.3.4" }), proxied)).toBe("1.2.3.4");
    expect(clientOf(request({ "x-user": ["a", "b"] }), { clientHeader: "x-user" })).toBe("b");
  });

  it.each([[{}], [{ "x-forwarded-for": "" }], [{ "x-forwarded-for": "a," }]])(
    "is its address without a name: %j",
    (headers) => {
      expect(clientOf(request(headers), proxied)).toBe("10.0.0.1");
    },
  );

  it("has a name of a length", () => {
    expect(clientOf(request({ "x-forwarded-for": "x".repeat(1000) }), proxied)).toHaveLength(128);
  });

  it("is told by the header of the configuration, in any case", () => {
    expect(parseConfig(["--client-header", "X-Forwarded-For"], {})).toMatchObject({ clientHeader: "x-forwarded-for" });
    expect(parseConfig([], {})).toMatchObject({ clientHeader: undefined });
  });
});
