import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressOf, queryIn, type Query, type Subject } from "../../../web/src/search/query.ts";

const words = fc
  .string({ minLength: 1 })
  .map((text) => text.trim())
  .filter((text) => text !== "");
const subject: fc.Arbitrary<Subject> = fc.oneof(
  fc.constant<Subject>({ kind: "all" }),
  words.map((text): Subject => ({ kind: "words", text })),
  words.map((id): Subject => ({ kind: "similar", id })),
  words.map((key): Subject => ({ kind: "dropped", key })),
);
const query: fc.Arbitrary<Query> = fc.record({ subject, family: fc.constantFrom("BLIP", "BLIP2") });

describe("a query in the page's address", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(query, (each) => {
        expect(queryIn(addressOf(each).split("?")[1] ?? "")).toEqual(each);
      }),
    );
  });

  it("looks as people would write it", () => {
    expect(addressOf({ subject: { kind: "words", text: "a red car" }, family: "BLIP" })).toBe(
      "/search?text=a+red+car&family=BLIP",
    );
    expect(addressOf({ subject: { kind: "all" }, family: "BLIP" })).toBe("/search");
    expect(queryIn("text=two%20cats")).toEqual({ subject: { kind: "words", text: "two cats" }, family: "BLIP" });
  });

  it.each(["", "text=", "text=%20", "similar=", "family=LLAVA", "nothing=known", "%"])(
    "asks for all pictures where it makes no sense: %o",
    (search) => expect(queryIn(search)).toEqual({ subject: { kind: "all" }, family: "BLIP" }),
  );
});
