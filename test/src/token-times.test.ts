import { expect, it } from "vitest";
import { TokenTimes } from "../../src/token-times.ts";

function timing(): { readonly at: (now: number, tokens: number) => void; readonly told: (string | number)[][] } {
  let now = 0;
  const told: (string | number)[][] = [];
  const times = new TokenTimes({
    first: (ms) => told.push(["first", ms]),
    next: (ms) => told.push(["next", ms]),
    now: () => now,
  });
  const at = (instant: number, tokens: number): void => {
    now = instant;
    times.progressed({ type: "delta", text: "", tokenIds: [], tokens });
  };
  return { at, told };
}

it("tells the time to the first token, and from each to the next", () => {
  const { at, told } = timing();
  at(50, 1);
  at(60, 2);
  at(75, 3);
  expect(told).toEqual([
    ["first", 50],
    ["next", 10],
    ["next", 15],
  ]);
});

it("shares the time among tokens that come together, and leaves out text that brings none", () => {
  const { at, told } = timing();
  at(10, 1);
  at(40, 4);
  at(90, 4);
  at(100, 5);
  expect(told).toEqual([
    ["first", 10],
    ["next", 10],
    ["next", 10],
    ["next", 10],
    ["next", 60],
  ]);
});
