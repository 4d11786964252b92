import { describe, expect, it } from "vitest";
import { generationKey } from "../../../inference/scheduling/generation-key.ts";
import type { Program } from "../../../inference/scheduling/program.ts";
import { salted, saltedKey } from "../../../inference/scheduling/salt.ts";
import { decodeSpec } from "./fake-programs.ts";
import { trace } from "./trace.ts";

const decode = { tag: 1, prompt: 3, say: 2, beams: 1 };

describe("requests with different salts", () => {
  it("share no encoding that is under way, and none that is kept", () => {
    expect(
      trace(["0 a: m embed x, salted acme", "0 b: m embed x, salted bolt", "0 c: m embed x, salted acme"]),
    ).toEqual(["vision acme x bolt x", "a ok", "c ok", "b ok"]);
    const later = ["0 a: m embed x, salted acme", "5 b: m embed x, salted bolt", "9 c: m embed x, salted acme"];
    expect(trace(later)).toEqual(["vision acme x", "a ok", "vision bolt x", "b ok", "c ok"]);
  });

  it("share no generation, though those with the same salt do", () => {
    const chat = "m x, prompt 3, say 2";
    const lines = trace([`0 a: ${chat}, salted acme`, "0 b: as a, salted bolt", "0 c: as a, salted acme"]);
    expect(lines).toContain("decoder a:3 b:3");
    expect(lines.filter((line) => line.endsWith("ok")).sort()).toEqual(["a ok", "b ok", "c ok"]);
  });

  it("share no generation that reads no picture", () => {
    const program: Program = { model: "m", calls: [], decode: decodeSpec(decode, undefined) };
    const keys = ["acme", "bolt", "acme", undefined].map((salt) => generationKey("m", salted(program, salt).decode!));
    expect(keys[0]).toBe(keys[2]);
    expect(new Set(keys).size).toBe(3);
  });

  it("begin with no rows of each other's, nor say that there are such", () => {
    const kept = { maxKeptRows: 100 };
    const chat = "0 a: m looks x, prompt 9, say 3, salted acme";
    expect(trace([chat, "20 b: as a, salted acme"], kept)).toContain("b reuses 8 of 9");
    expect(trace([chat, "20 b: as a, salted bolt"], kept).filter((line) => line.includes("reuses"))).toEqual([]);
    expect(trace([chat, "20 b: as a"], kept).filter((line) => line.includes("reuses"))).toEqual([]);
  });
});

describe("a crowd of one tenant's", () => {
  const crowd = Array.from({ length: 100 }, (_, i) => `0 c${i}: m p${i}, prompt 4, say 8, of crowd, salted crowd`);

  it("does not hold up another tenant's single request", () => {
    const lines = trace([...crowd, "3 one: m q, prompt 4, say 8, of one, salted one"]);
    const before = lines.slice(0, lines.indexOf("one ok"));
    expect(before.filter((line) => line.endsWith("ok")).length).toBeLessThan(12);
  });
});

describe("a salted key", () => {
  it("is the key itself where nobody has a salt", () => expect(saltedKey("k", undefined)).toBe("k"));

  it("is no other salt's, whatever its key", () => {
    expect(saltedKey("b c", "a")).not.toBe(saltedKey("c", "a-b"));
    expect(saltedKey("k", "acme")).not.toBe(saltedKey("k", "bolt"));
  });
});
