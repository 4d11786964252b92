import { expect, test } from "vitest";
import { RecentFailures } from "../../gallery/recent-failures.ts";
import { InferenceError } from "../../inference/index.ts";

const unreadable = new InferenceError("IMAGE_UNREADABLE", "broken");

test("what cannot succeed is not tried again for a minute", () => {
  let now = 0;
  const failures = new RecentFailures(() => now);
  failures.add("a", unreadable);
  now = 59_999;
  expect(failures.of("a")).toBe(unreadable);
  now = 60_000;
  expect(failures.of("a")).toBeUndefined();
});

test.each(["OVERLOADED", "CANCELLED", "NOT_FOUND", "DEADLINE_EXCEEDED"] as const)("%s may pass", (code) => {
  const failures = new RecentFailures();
  failures.add("a", new InferenceError(code, "for now"));
  expect(failures.of("a")).toBeUndefined();
});

test("remembers no more than the latest thousand", () => {
  const failures = new RecentFailures();
  for (let i = 0; i <= 1_000; i++) failures.add(String(i), unreadable);
  expect([failures.of("0"), failures.of("1"), failures.of("1000")]).toEqual([undefined, unreadable, unreadable]);
});
