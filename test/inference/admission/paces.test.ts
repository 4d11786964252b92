import { describe, expect, it } from "vitest";
import { Paces } from "../../../inference/admission/paces.ts";

/** Has the device do something for each of some clients, one after the other; it takes twice as long as the device works. */
function serve(paces: Paces, clients: readonly string[], times = 20): void {
  const own = clients.map((client) => paces.came(client, 0));
  for (let i = 0; i < times * clients.length; i++) {
    const client = i % clients.length;
    paces.went(own[client]!, 100, { clients: clients.length, now: 200 * (i + 1) });
    own[client] = paces.came(clients[client]!, 200 * (i + 1));
  }
}

describe("the paces of clients", () => {
  it("are the device's as long as nothing is known, shared by those who are there", () => {
    expect(new Paces().ofAll).toBe(1);
    expect(new Paces().valueOf("ann", 1)).toBe(1);
    expect(new Paces().valueOf("ann", 3)).toBe(3);
  });

  it("are of one who was alone that of all, and half of it as soon as there is another one", () => {
    const paces = new Paces();
    serve(paces, ["ann"]);
    expect(paces.ofAll).toBeCloseTo(2);
    expect(paces.valueOf("ann", 1)).toBeCloseTo(2);
    expect(paces.valueOf("ann", 2)).toBeCloseTo(4);
  });

  it("are the same for each of those who have as much", () => {
    const paces = new Paces();
    serve(paces, ["ann", "bob", "cy"]);
    for (const client of ["ann", "bob", "cy"]) expect(paces.valueOf(client, 3)).toBeCloseTo(6, 0);
  });

  it("do not count who is there and hardly asks, nor expect more of others like that", () => {
    const paces = new Paces();
    const [idler, ann] = [paces.came("idler", 0), "ann"];
    for (let i = 0; i < 50; i++) paces.went(paces.came(ann, 200 * i), 100, { clients: 2, now: 200 * (i + 1) });
    expect(paces.valueOf(ann, 2)).toBeCloseTo(2);
    expect(paces.valueOf(ann, 4)).toBeCloseTo(4);
    paces.went(idler, 100, { clients: 2, now: 10_200 });
    expect(paces.valueOf("idler", 2)).toBeGreaterThan(20);
  });

  it("of a client are not slower because many of its requests end at once", () => {
    const paces = new Paces();
    const crowd = Array.from({ length: 20 }, () => paces.came("crowd", 0));
    for (const own of crowd) paces.went(own, 100, { clients: 1, now: 1000 });
    expect(paces.ofAll).toBe(1);
    expect(paces.valueOf("crowd", 2)).toBeCloseTo(2);
  });

  it("are not forgotten for those who only ask", () => {
    const paces = new Paces();
    serve(paces, ["ann", "bob"]);
    for (let i = 0; i < 2000; i++) paces.valueOf(`client ${i}`, 1);
    expect(paces.valueOf("ann", 2)).toBeCloseTo(4, 0);
  });

  it("are remembered of a thousand, and forgotten of who came the longest ago", () => {
    const paces = new Paces();
    for (const client of ["first", "second"]) {
      for (let i = 0; i < 50; i++) paces.went(paces.came(client, 0), 100, { clients: 2, now: 0 });
    }
    for (let i = 0; i < 1022; i++) paces.came(`client ${i}`, 0);
    paces.came("first", 0);
    for (const client of ["first", "second"]) expect(paces.valueOf(client, 4)).toBeCloseTo(2);
    paces.came("one more", 0);
    expect(paces.valueOf("first", 4)).toBeCloseTo(2);
    expect(paces.valueOf("second", 4)).toBe(4);
  });
});
