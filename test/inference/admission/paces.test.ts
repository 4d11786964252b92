import { describe, expect, it } from "vitest";
import { Paces } from "../../../inference/admission/paces.ts";

function slow(paces: Paces, client: string): void {
  paces.of(client).came(0);
  paces.of(client).went(100, 500);
}

describe("the paces of clients", () => {
  it("are each client's own", () => {
    const paces = new Paces();
    slow(paces, "crowd");
    expect(paces.valueOf("crowd")).toBe(5);
    expect(paces.valueOf("polite")).toBe(1);
  });

  it("are not forgotten for those who only ask", () => {
    const paces = new Paces();
    slow(paces, "crowd");
    for (let i = 0; i < 2000; i++) paces.valueOf(`client ${i}`);
    expect(paces.valueOf("crowd")).toBe(5);
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
