import { GraphQLInt } from "graphql";
import { describe, expect, it } from "vitest";
import { parseGenerationOptions } from "../../resolvers/generation-options.ts";
import { numberSettings } from "../../web/src/chat/number-settings.ts";

const bounded = numberSettings.filter(({ setting }) => setting !== "seed");

describe("the chat room's numbers", () => {
  it.each(bounded)("$setting goes from the least to the most that the graph takes", ({ setting, min, max, step }) => {
    const isTaken = (value: number): boolean => {
      try {
        return parseGenerationOptions({ [setting]: value })[setting] === value;
      } catch {
        return false;
      }
    };
    expect([min - step, min, max, max + step].map(isTaken)).toEqual([false, true, true, false]);
  });

  it("seed goes as far as an Int of the graph", () => {
    const { max } = numberSettings.find(({ setting }) => setting === "seed")!;
    expect(GraphQLInt.parseValue(max)).toBe(max);
    expect(() => GraphQLInt.parseValue(max + 1)).toThrow();
  });
});
