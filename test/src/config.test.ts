import { describe, expect, it } from "vitest";
import { ConfigError, helpText, parseConfig } from "../../src/config.ts";

describe("the configuration", () => {
  it("has defaults that suit a laptop", () => {
    expect(parseConfig([], {})).toMatchObject({
      host: "127.0.0.1",
      port: 4000,
      dataDirectory: "data",
      models: [],
      requestTimeoutMs: 60_000,
      maxImageBytes: 20 * 1024 * 1024,
      origins: [],
      hosts: ["localhost", "127.0.0.1", "[::1]"],
      explorer: true,
      kvCacheBytes: 2 ** 30,
      chatGraceMs: 10_000,
      chatRetentionMs: 600_000,
      chatTimeoutMs: 300_000,
      maxChats: 64,
      maxSockets: 1_024,
      maxSocketsPerAddress: 256,
    });
  });

  it("takes flags before the environment, and an empty variable as none", () => {
    const env = { PORT: "5000", MODELS: " a, b ,", HOST: "" };
    expect(parseConfig(["--port", "6000"], env)).toMatchObject({ port: 6000, models: ["a", "b"], host: "127.0.0.1" });
  });

  it("answers to any name on an address that is not loopback, or to those allowed", () => {
    expect(parseConfig(["--host", "0.0.0.0"], {})).toMatchObject({ hosts: undefined });
    expect(parseConfig(["--host", "0.0.0.0", "--hosts", "cats.example"], {})).toMatchObject({
      hosts: ["localhost", "127.0.0.1", "[::1]", "cats.example"],
    });
  });

  it.each([
    [["--port", "65536"], "--port (or PORT) must be a whole number from 0 to 65535"],
    [["--port", "4e9"], "whole number"],
    [["--port", "-1"], "argument is ambiguous"],
    [["--timeout", "soon"], "--timeout (or REQUEST_TIMEOUT_MS) must be"],
    [["--origins", "https://a.example/path"], "origins such as"],
    [["--kv-cache", "1G"], "--kv-cache (or KV_CACHE_BYTES) must be a whole number from 1048576 to 1099511627776"],
    [["--explorer", "yes"], '"on" or "off"'],
    [["--colour"], "Unknown option '--colour'"],
    [["stray"], "Unexpected argument 'stray'"],
  ])("refuses %j", (argv, message) => {
    expect(() => parseConfig(argv, {})).toThrow(ConfigError);
    expect(() => parseConfig(argv, {})).toThrow(message);
  });

  it("explains itself", () => {
    expect(parseConfig(["--help"], {})).toBe("help");
    expect(helpText()).toContain("--models <a,b>");
  });
});
