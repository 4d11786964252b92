import { describe, expect, it } from "vitest";
import { Listing, type LoadPage, type Page } from "../../../web/src/search/listing.ts";
import { byteSizeOf, relevanceEnd, type Tile } from "../../../web/src/search/tile.ts";

const tile = (id: string, probability?: number): Tile => ({
  image: {
    id,
    url: "",
    thumbnail: "",
    large: "",
    width: 1,
    height: 1,
    byteSize: 1,
    caption: null,
    createdAt: "2026-05-03T00:00:00Z",
  },
  probability,
});

/** A list whose pages the test gives by hand. */
function byHand(): {
  readonly listing: Listing;
  readonly asked: (string | undefined)[];
  readonly give: Parameters<LoadPage>[1];
  readonly numStopped: () => number;
} {
  const asked: (string | undefined)[] = [];
  let [told, stopped]: [Parameters<LoadPage>[1], number] = [() => undefined, 0];
  const listing = new Listing((after, tell) => {
    asked.push(after);
    told = tell;
    return () => (stopped += 1);
  });
  return { listing, asked, give: (page) => told(page), numStopped: () => stopped };
}

const page = (ids: string, next?: string, total?: number): Page => {
  return { tiles: ids.split("").map((id) => tile(id)), next, total };
};
const idsOf = (listing: Listing): string =>
  listing
    .listed()
    .tiles.map(({ image }) => image.id)
    .join("");

describe("a list that comes page by page", () => {
  it("asks for one at a time, and for none after the last", () => {
    const { listing, asked, give } = byHand();
    listing.more();
    listing.more();
    give(page("ab", "after b"));
    listing.more();
    give(page("c"));
    listing.more();
    expect([asked, idsOf(listing), listing.listed().state]).toEqual([[undefined, "after b"], "abc", "complete"]);
  });

  it("asks again, for the same page, after a failure", () => {
    const { listing, asked, give } = byHand();
    listing.more();
    give(page("a", "after a"));
    listing.more();
    give({ code: "OFFLINE", message: "away" });
    expect(listing.listed()).toMatchObject({ state: "failed", problem: { code: "OFFLINE" } });
    listing.more();
    give(page("b"));
    expect([asked, idsOf(listing)]).toEqual([[undefined, "after a", "after a"], "ab"]);
  });

  it("shows nothing twice that moved to another page meanwhile, and counts what comes and goes", () => {
    const { listing, give } = byHand();
    listing.more();
    give(page("ab", "after b", 4));
    listing.prepend(tile("n"));
    listing.prepend(tile("a"));
    listing.more();
    give(page("bc", undefined, 5));
    listing.remove(new Set(["b", "unknown"]));
    expect([idsOf(listing), listing.listed().total]).toEqual(["nac", 4]);
  });

  it("stops what is on its way when nobody watches any more, and goes on later", () => {
    const { listing, numStopped } = byHand();
    const leave = [listing.watch(() => undefined), listing.watch(() => undefined)];
    listing.more();
    leave[0]!();
    expect([numStopped(), listing.listed().state]).toEqual([0, "loading"]);
    leave[1]!();
    expect([numStopped(), listing.listed().state]).toEqual([1, "resting"]);
  });
});

describe("where relevance ends", () => {
  it("is before the first that likely does not match; nowhere without probabilities", () => {
    expect(relevanceEnd([tile("a", 0.9), tile("b", 0.5), tile("c", 0.49), tile("d")])).toBe(2);
    expect(relevanceEnd([tile("a"), tile("b")])).toBeUndefined();
  });
});

describe("sizes", () => {
  it.each([
    [999, "999 bytes"],
    [1_000, "1.0 kB"],
    [27_400, "27 kB"],
    [3_400_000, "3.4 MB"],
    [12e9, "12 GB"],
  ])("%i bytes are %s", (bytes, text) => expect(byteSizeOf(bytes)).toBe(text));
});
