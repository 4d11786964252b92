import { describe, expect, it } from "vitest";
import { type Config, findConfig, readConfig } from "../../../inference/checkpoint/config.ts";
import { folderWith } from "./folder.ts";
import { refusal } from "./refusal.ts";

const json = {
  model_type: "blip",
  tie: true,
  eps: 1e-12,
  nothing: null,
  text_config: { hidden_size: 768, layers: [1, 2], mean: [0.5, 1], hidden_act: "gelu", label_smoothing: 0 },
  architectures: ["BlipForConditionalGeneration"],
};

function config(content: unknown = json): Config {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return readConfig(folderWith({ "config.json": text }), "config.json");
}

describe("a config", () => {
  it("gives values of the type that is asked for, by dotted path", () => {
    const c = config();
    expect(c.string("model_type")).toBe("blip");
    expect(c.boolean("tie")).toBe(true);
    expect(c.number("eps")).toBe(1e-12);
    expect(c.integer("text_config.label_smoothing")).toBe(0);
    expect(c.size("text_config.hidden_size")).toBe(768);
    expect(c.divisor("text_config.hidden_size", 1536)).toBe(768);
    expect(c.index("text_config.label_smoothing", 1)).toBe(0);
    expect(c.integers("text_config.layers")).toEqual([1, 2]);
    expect(c.numbers("text_config.mean")).toEqual([0.5, 1]);
    expect(c.strings("architectures")).toEqual(["BlipForConditionalGeneration"]);
    expect(c.oneOf("text_config.hidden_act", ["relu", "gelu"])).toBe("gelu");
    expect(c.object("text_config").size("hidden_size")).toBe(768);
  });

  it("gives the fallback for what is absent or null, and only then", () => {
    const c = config();
    expect(c.integer("nothing", 7)).toBe(7);
    expect(c.boolean("gone.further", false)).toBe(false);
    expect(c.integer("text_config.label_smoothing", 7)).toBe(0);
    expect(() => c.integer("model_type", 7)).toThrow(/config\.json: model_type: expected an integer, found "blip"/);
  });

  it("knows what it has", () => {
    const c = config();
    expect(["tie", "text_config.layers", "nothing", "gone", "toString"].filter((key) => c.has(key))).toEqual([
      "tie",
      "text_config.layers",
    ]);
  });

  const wrong: readonly (readonly [string, (c: Config) => unknown, RegExp])[] = [
    ["nothing", (c) => c.integer("text_config.gone"), /text_config\.gone: expected an integer, found nothing/],
    ["a float for an integer", (c) => c.integer("eps"), /eps: expected an integer, found 1e-12/],
    ["zero for a size", (c) => c.size("text_config.label_smoothing"), /expected an integer of at least 1, found 0/],
    ["what leaves a rest", (c) => c.divisor("text_config.hidden_size", 1000), /a divisor of 1000, found 768/],
    ["zero for a divisor", (c) => c.divisor("text_config.label_smoothing", 8), /a divisor of 8, found 0/],
    ["a place behind the last", (c) => c.index("text_config.hidden_size", 768), /an integer from 0 to 767, found 768/],
    ["a string for a number", (c) => c.number("model_type"), /expected a number, found "blip"/],
    ["a number for a string", (c) => c.string("eps"), /expected a string, found 1e-12/],
    ["a string for a boolean", (c) => c.boolean("model_type"), /expected true or false, found "blip"/],
    ["floats for integers", (c) => c.integers("text_config.mean"), /an array of integers, found \[0\.5, 1\]/],
    ["strings for numbers", (c) => c.numbers("architectures"), /an array of numbers, found \["Blip/],
    ["a string for strings", (c) => c.strings("model_type"), /an array of strings, found "blip"/],
    ["another choice", (c) => c.oneOf("text_config.hidden_act", ["relu", "silu"]), /one of relu, silu, found "gelu"/],
    ["a string for an object", (c) => c.object("model_type"), /model_type: expected an object, found "blip"/],
    ["a path through a string", (c) => c.integer("model_type.x", 1), /model_type: expected an object, found "blip"/],
    [
      "a path inside an object",
      (c) => c.object("text_config").string("hidden_size"),
      /config\.json: text_config\.hidden_size: expected a string, found 768/,
    ],
  ];

  it.each(wrong)("refuses %s, naming file, key, expected and found", (_, access, message) => {
    const c = config();
    expect(refusal(() => access(c))).toMatch(message);
  });

  it.each([
    ["an array", "[1]", /config\.json: holds \[1\] where a JSON object was expected/],
    ["broken JSON", "{", /config\.json: is not valid JSON/],
    ["a key twice", `{"a":{"b":1,"b":2}}`, /names the key "b" twice/],
    ["17 MiB", " ".repeat(17 * 2 ** 20), /is 17825792 bytes of JSON; at most 16777216/],
  ])("refuses a file that holds %s", (_, content, message) => {
    expect(() => config(content)).toThrow(message);
  });

  it("may be absent where that is allowed", () => {
    const folder = folderWith({ "generation_config.json": "{}" });
    expect(findConfig(folder, "generation_config.json")).toBeDefined();
    expect(findConfig(folder, "preprocessor_config.json")).toBeUndefined();
    expect(() => readConfig(folder, "config.json")).toThrow(/config\.json: can't be opened: ENOENT/);
  });

  it("takes strings with quotes, braces and colons for strings", () => {
    const tricky = { 'a"': "{", b: '": {"a": 1', c: ["\\", "\\\\"], d: { b: "}" } };
    expect(config(tricky).strings("c")).toEqual(["\\", "\\\\"]);
  });
});
