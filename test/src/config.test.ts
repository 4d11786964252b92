import { afterAll, describe, expect, it } from "vitest";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../src/config-error.ts";
import { parseConfig } from "../../src/config.ts";
import { helpText } from "../../src/flags.ts";

describe("the configuration", () => {
  it("has defaults that suit a laptop", () => {
    expect(parseConfig([], {})).toMatchObject({
      host: "127.0.0.1",
      port: 4000,
      dataDirectory: "data",
      sharedGallery: undefined,
      models: [],
      device: "cpu",
      requestTimeoutMs: 60_000,
      maxImageBytes: 20 * 1024 * 1024,
      origins: [],
      hosts: ["localhost", "127.0.0.1", "[::1]"],
      explorer: true,
      maxDocumentMs: undefined,
      maxClientMsPerMinute: undefined,
      chatGraceMs: 10_000,
      chatRetentionMs: 600_000,
      chatTimeoutMs: 300_000,
      drainMs: 90_000,
      passTimeoutMs: 120_000,
      maxChats: 64,
      maxSockets: 1_024,
      maxSocketsPerAddress: 256,
    });
  });

  it("takes flags before the environment, and an empty variable as none", () => {
    const env = { PORT: "5000", MODELS: " a, b ,", HOST: "" };
    expect(parseConfig(["--port", "6000"], env)).toMatchObject({ port: 6000, models: ["a", "b"], host: "127.0.0.1" });
  });

  it("limits the device's time where it is told to", () => {
    const argv = ["--max-document-ms", "60000", "--max-client-ms-per-minute", "20000"];
    expect(parseConfig(argv, {})).toMatchObject({ maxDocumentMs: 60_000, maxClientMsPerMinute: 20_000 });
    expect(() => parseConfig(["--max-document-ms", "1s"], {})).toThrow(
      "--max-document-ms (or MAX_DOCUMENT_MS) must be",
    );
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
    [["--metrics-port", "on"], "--metrics-port (or METRICS_PORT) must be a whole number from 0 to 65535"],
    [["--timeout", "soon"], "--timeout (or REQUEST_TIMEOUT_MS) must be"],
    [["--origins", "https://a.example/path"], "origins such as"],
    [
      ["--kv-cache", "1G"],
      "--kv-cache (or KV_CACHE_BYTES) must be a size from 1048576 to 1099511627776 bytes, such as 64MiB",
    ],
    [["--max-image-bytes", "2GiB"], "--max-image-bytes (or MAX_IMAGE_BYTES) must be a size from 1 to 1073741824 bytes"],
    [["--dtype", "int3"], '--dtype (or DTYPE) must be auto, float32, float16, int8, int4; it is "int3"'],
    [["--device", "gpu"], '--device (or DEVICE) must be cpu, webgpu, cuda, auto; it is "gpu"'],
    [["--explorer", "yes"], '"on" or "off"'],
    [["--colour"], "Unknown option '--colour'"],
    [["stray"], "Unexpected argument 'stray'"],
  ])("refuses %j", (argv, message) => {
    expect(() => parseConfig(argv, {})).toThrow(ConfigError);
    expect(() => parseConfig(argv, {})).toThrow(message);
  });

  it("keeps quantised weights in the user's cache folder unless told otherwise", () => {
    const cacheOf = (argv: string[], env: NodeJS.ProcessEnv) => {
      const config = parseConfig(argv, env);
      return config === "help" ? config : config.weightCache;
    };
    expect(cacheOf([], {})).toBe(join(homedir(), ".cache", "triptych"));
    expect(cacheOf([], { XDG_CACHE_HOME: "/cache" })).toBe(join("/cache", "triptych"));
    expect(cacheOf(["--weight-cache", "here"], { WEIGHT_CACHE: "there" })).toBe("here");
    expect(parseConfig(["--weight-cache-bytes", "20GB"], {})).toMatchObject({ weightCacheBytes: 20e9 });
    expect(parseConfig([], {})).toMatchObject({ weightCacheBytes: 2 ** 36 });
  });

  it("sends traces only where it is told to, to where all collectors take them unless told otherwise", () => {
    const tracesOf = (argv: string[], env: NodeJS.ProcessEnv = {}) => {
      const config = parseConfig(argv, env);
      return config === "help" ? config : config.traces;
    };
    expect(tracesOf([])).toBeUndefined();
    expect(tracesOf(["--traces", "http://collector:4318"])).toBe("http://collector:4318/v1/traces");
    expect(tracesOf(["--traces", "https://vendor.example/otlp"])).toBe("https://vendor.example/otlp");
    const standard = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/base/" };
    expect(tracesOf([], standard)).toBe("http://collector:4318/base/v1/traces");
    const whole = { ...standard, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://other:1/spans" };
    expect(tracesOf([], whole)).toBe("http://other:1/spans");
    expect(tracesOf([], { ...whole, TRACES: "http://mine:2" })).toBe("http://mine:2/v1/traces");
    expect(tracesOf(["--traces", "off"], whole)).toBeUndefined();
    for (const wrong of ["on", "collector:4318", "grpc://collector:4317"])
      expect(() => tracesOf(["--traces", wrong])).toThrow("must be a URL such as");
  });

  it("gives metrics only where it is told to, to its own machine unless told otherwise", () => {
    expect(parseConfig([], {})).toMatchObject({ metrics: undefined });
    const hosts = ["localhost", "127.0.0.1", "[::1]"];
    expect(parseConfig([], { METRICS_PORT: "0" })).toMatchObject({ metrics: { host: "127.0.0.1", port: 0, hosts } });
    const open = { metrics: { host: "::", port: 9464, hosts: undefined } };
    expect(parseConfig(["--metrics-port", "9464", "--metrics-host", "::"], {})).toMatchObject(open);
  });

  it("explains itself", () => {
    expect(parseConfig(["--help"], {})).toBe("help");
    expect(helpText()).toContain("--models <a,b>");
  });
});

describe("a configuration file", () => {
  const folder = mkdtempSync(join(tmpdir(), "config-"));
  const file = join(folder, "triptych.json");
  afterAll(() => rmSync(folder, { recursive: true }));

  function write(text: string): string[] {
    writeFileSync(file, text);
    return ["--config", file];
  }

  it("gives what neither flags nor the environment give", () => {
    const settings = { models: ["a", "b"], port: 5000, host: "0.0.0.0", explorer: false, "chat-grace": 0 };
    const flags = write(JSON.stringify(settings));
    expect(parseConfig(["--port", "6000", ...flags], { HOST: "127.0.0.1" })).toMatchObject({
      models: ["a", "b"],
      port: 6000,
      host: "127.0.0.1",
      explorer: false,
      chatGraceMs: 0,
      maxChats: 64,
    });
    expect(parseConfig([], { TRIPTYCH_CONFIG: file })).toMatchObject({ port: 5000, host: "0.0.0.0" });
  });

  it.each([
    ["{", "is not JSON: "],
    ["[]", "must hold a JSON object of settings"],
    ["null", "must hold a JSON object of settings"],
    ['{"prot": 1}', 'there is no setting "prot". There are: models, '],
    ['{"__proto__": "x"}', 'there is no setting "__proto__"'],
    ['{"config": "other.json"}', 'there is no setting "config"'],
    ['{"models": [1]}', '"models" must be a text, a number, true, false, or a list of texts, or an object'],
    ['{"models": {"demo-llava": "int3"}}', '"models": "demo-llava" must be kept as one of "auto", "float32", '],
    ['{"models": {"demo-llava": 4}}', "not 4"],
    ['{"data": {"folder": "x"}}', '"data" must be a text, a number, true, false, or a list of texts.'],
    ['{"host": null}', '"host" must be a text'],
    ['{"port": 65536}', `${file}: "port": --port (or PORT) must be a whole number from 0 to 65535; it is "65536".`],
    [" ".repeat(2 ** 20 + 1), "is larger than 1048576 bytes"],
  ])("refuses %.30s", (text, message) => {
    const flags = write(text);
    expect(() => parseConfig(flags, {})).toThrow(ConfigError);
    expect(() => parseConfig(flags, {})).toThrow(message);
  });

  it("names how each model is kept, and sizes as people do", () => {
    const models = { "demo-llava": "int4", "llava-hf/llava-1.5-7b-hf": "auto" };
    const flags = write(JSON.stringify({ models, memory: "6GiB", "kv-cache": "512MiB" }));
    expect(parseConfig(flags, {})).toMatchObject({
      models: ["demo-llava:int4", "llava-hf/llava-1.5-7b-hf:auto"],
      memoryBytes: 6 * 2 ** 30,
      kvCacheBytes: 2 ** 29,
    });
  });

  it("is not blamed for what a flag or the environment says", () => {
    const flags = write('{"port": 70000}');
    expect(() => parseConfig(flags, { PORT: "eighty" })).toThrow(/^--port \(or PORT\) must be .* it is "eighty"\.$/);
    expect(parseConfig(["--port", "1", ...flags], {})).toMatchObject({ port: 1 });
  });

  it("says so where there is none, or a folder", () => {
    expect(() => parseConfig(["--config", join(folder, "none.json")], {})).toThrow(/none\.json cannot be read: ENOENT/);
    expect(() => parseConfig(["--config", folder], {})).toThrow(/cannot be read: EISDIR/);
  });
});
