import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openCheckpoint } from "../../inference/checkpoint/checkpoint.ts";
import { weightBytes } from "../../inference/checkpoint/weight-bytes.ts";
import { choiceMessages, fitDtypes, leftToDevice, type DtypeChoice } from "../../src/dtypes.ts";

const demoLlava = join(import.meta.dirname, "../../checkpoints/demo-llava");
const sizes: Readonly<Record<string, number>> = { small: 10, large: 100 };
const bytesOf = (folder: string) => ({
  float32: 4 * sizes[folder]!,
  int8: 1.25 * sizes[folder]!,
  int4: 0.625 * sizes[folder]!,
});

const asked = (small: DtypeChoice, large: DtypeChoice) => [
  { name: "small", folder: "small", dtype: small },
  { name: "large", folder: "large", dtype: large },
];
const fit = (small: DtypeChoice, large: DtypeChoice, budget: number) =>
  fitDtypes(asked(small, large), budget, bytesOf).models.map(({ dtype }) => dtype);

describe("the types that models are served in", () => {
  it.each([
    [440, "float32", "float32"],
    [439, "float32", "int8"],
    [165, "float32", "int8"],
    [164, "float32", "int4"],
    [102, "int8", "int4"],
    [75, "int8", "int4"],
    [70, "int4", "int4"],
    [0, "int4", "int4"],
  ])("with room for %i bytes are %s and %s: the largest is the first to be smaller", (budget, small, large) => {
    expect(fit("auto", "auto", budget)).toEqual([small, large]);
  });

  it("are those that were asked for, whatever the room", () => {
    expect(fit("float32", "int8", 0)).toEqual(["float32", "int8"]);
    expect(fit("int4", "auto", Infinity)).toEqual(["int4", "float32"]);
    expect(fit("auto", "float32", 410)).toEqual(["int4", "float32"]);
  });

  it("are left to the device where nobody asked for one and none has to be smaller", () => {
    const left = (small: DtypeChoice, large: DtypeChoice, room: number) => {
      const models = asked(small, large);
      return leftToDevice(models, fitDtypes(models, room, bytesOf)).map(({ dtype }) => dtype);
    };
    expect(left("auto", "auto", 439)).toEqual([undefined, "int8"]);
    expect(left("float32", "float16", Infinity)).toEqual(["float32", "float16"]);
    expect(left("auto", "float16", 240)).toEqual([undefined, "float16"]);
    expect(left("auto", "float16", 239)).toEqual(["int8", "float16"]);
  });

  it("are told where they are smaller than they might be, and where even that is too much", () => {
    const models = asked("float32", "auto");
    const messages = (budget: number) => choiceMessages(models, fitDtypes(models, budget, bytesOf), budget);
    expect(messages(440)).toEqual([]);
    expect(messages(200)).toEqual(["large is served in int8: in float32 memory would not do."]);
    expect(messages(100)[1]).toMatch(/^The models need 0\.0 GiB together, where there is room for 0\.0 GiB: /);
  });
});

describe("the bytes of a checkpoint's weights", () => {
  it("fall with the type, and are four for each parameter in float32", () => {
    const { float32, int8, int4 } = weightBytes(demoLlava);
    expect(float32).toBe(4 * openCheckpoint(demoLlava).parameterCount);
    expect(float32 / int8).toBeGreaterThan(2.5);
    // Half of it is a tower, of 8 bits in either.
    expect(int8 / int4).toBeGreaterThan(1.2);
  });
});
