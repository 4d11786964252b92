import { expect, it } from "vitest";
import { RecentAnswers } from "../../../inference/scheduling/recent-answers.ts";

const generation = { tokenIds: [1, 2], finishReason: "STOP" } as const;

it("are found by their keys as long as they are young enough", () => {
  const answers = new RecentAnswers(2);
  answers.keep("a", { generation, endedAt: 10 });
  expect(answers.since(10, "a")).toBe(generation);
  expect(answers.since(10.5, "a")).toBeUndefined();
  expect(answers.since(0, "b")).toBeUndefined();
});

it("are no more than so many: the latest ended", () => {
  const answers = new RecentAnswers(2);
  for (const [endedAt, key] of ["a", "b", "a", "c"].entries()) answers.keep(key, { generation, endedAt });
  expect(["a", "b", "c"].map((key) => answers.since(0, key) !== undefined)).toEqual([true, false, true]);
});
