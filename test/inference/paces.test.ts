import { describe, expect, it } from "vitest";
import { Paces } from "../../inference/paces.ts";

function slow(paces: Paces, client: string): void {
  paces.of(client).came(0);
  paces.of(client).went(100, 500);
}

describe("the paces of clients", () => {
  it("are each client's own", () => {
    const paces = new Paces();
    slow(paces, "crowd");
    expect(paces.of("crowd").value).toBe(5);
    expect(paces.of("polite").value).toBe(1);
  });

  it("are remembered of a thousand, and forgotten of who came the longest ago", () => {
    const paces = new Paces();
    slow(paces, "first");
    slow(paces, "second");
    for (let i = 0; i < 1022; i++) paces.of(`client ${i}`);
    expect(paces.of("first").value).toBe(5);
    paces.of("one more");
    expect(paces.of("second").value).toBe(1);
    expect(paces.of("first").value).toBe(5);
  });
});
