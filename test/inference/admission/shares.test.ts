import { describe, expect, it } from "vitest";
import { Shares } from "../../../inference/admission/shares.ts";

/** Has the device work for clients, of each so long a round. */
function serve(shares: Shares, rounds: number, msOf: Readonly<Record<string, number>>): void {
  for (const client of Object.keys(msOf)) shares.came(client);
  for (let i = 0; i < rounds; i++) for (const [client, ms] of Object.entries(msOf)) shares.took(client, ms);
}

/** Clients with two requests each. */
function beside(...clients: readonly string[]): ReadonlyMap<string, number> {
  return new Map(clients.map((client) => [client, 2]));
}

describe("the shares of clients", () => {
  it("leave all of the device to who is alone", () => {
    const shares = new Shares();
    expect(shares.slowdown(beside())).toBe(1);
    serve(shares, 100, { ann: 100 });
    expect(shares.slowdown(beside())).toBe(1);
  });

  it("are equal parts for those of whom nothing is known", () => {
    const shares = new Shares();
    expect(shares.slowdown(beside("ann"))).toBe(2);
    expect(shares.slowdown(beside("ann", "bob", "cy"))).toBeCloseTo(4);
    serve(shares, 100, { crowd: 100 });
    shares.came("ann");
    expect(shares.slowdown(beside("ann"))).toBe(2);
  });

  it("are nothing for those of whom nothing is known but one request", () => {
    expect(new Shares().slowdown(new Map([["ann", 1]]))).toBe(1);
    expect(new Shares().slowdown(new Map(Object.entries({ ann: 1, bob: 2 })))).toBeCloseTo(1.5);
  });

  it("are no more than equal parts for those who had more", () => {
    const shares = new Shares();
    serve(shares, 100, { crowd: 300, ann: 100 });
    expect(shares.slowdown(beside("crowd"))).toBe(2);
    expect(shares.slowdown(beside("crowd", "ann"))).toBeCloseTo(1 / (1 - 1 / 3 - 1 / 4), 1);
  });

  it("are what little they ask for of those who ask for little", () => {
    const shares = new Shares();
    const few = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`c${i}`, 10]));
    serve(shares, 50, { ...few, ann: 800 });
    expect(shares.slowdown(beside(...Object.keys(few).slice(0, 5)))).toBeCloseTo(1 / (1 - 5 * 0.01), 1);
  });

  it("fade away while the device works for others", () => {
    const shares = new Shares();
    serve(shares, 50, { ann: 100, bob: 100 });
    serve(shares, 100, { ann: 100 });
    const soon = shares.slowdown(beside("bob"));
    expect(soon).toBeLessThan(1.2);
    serve(shares, 200, { ann: 100 });
    expect(shares.slowdown(beside("bob"))).toBeLessThan(1 + (soon - 1) / 10);
  });

  it("are remembered of a thousand clients, and forgotten of who came the longest ago", () => {
    const shares = new Shares();
    serve(shares, 50, { first: 10, second: 10, ann: 980 });
    for (let i = 0; i < 1021; i++) shares.came(`client ${i}`);
    shares.came("first");
    shares.came("one more");
    expect(shares.slowdown(beside("first"))).toBeLessThan(1.1);
    expect(shares.slowdown(beside("second"))).toBe(2);
  });
});
