import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StopStrings } from "../../../inference/text/stop-strings.ts";

describe("StopStrings", () => {
  it("finds a stop string across pieces", () => {
    const watch = new StopStrings(["</s>", "\nUSER:"]);
    expect(watch.push("a cat\n")).toEqual({ stopped: false, text: "a cat" });
    expect(watch.push("US")).toEqual({ stopped: false, text: "" });
    expect(watch.push("ER: and")).toEqual({ stopped: true, text: "", stop: "\nUSER:" });
    expect(watch.push(" more")).toEqual({ stopped: true, text: "", stop: "\nUSER:" });
  });

  it("lets go of what turned out to be none", () => {
    const watch = new StopStrings(["\nUSER:"]);
    expect(watch.push("a\nUS")).toEqual({ stopped: false, text: "a" });
    expect(watch.push("A is")).toEqual({ stopped: false, text: "\nUSA is" });
  });

  it("gives the beginning of a stop string at the end of the text", () => {
    const watch = new StopStrings(["..."]);
    expect(watch.push("well..")).toEqual({ stopped: false, text: "well" });
    expect(watch.end()).toEqual({ stopped: false, text: ".." });
    expect(watch.end()).toEqual({ stopped: false, text: "" });
  });

  it("stops where a stop string begins first, though another is complete earlier", () => {
    const watch = new StopStrings(["bc", "abcd"]);
    expect(watch.push("xabc")).toEqual({ stopped: false, text: "x" });
    expect(watch.push("d")).toEqual({ stopped: true, text: "", stop: "abcd" });
  });

  it("falls back to the later one when the text ends", () => {
    const watch = new StopStrings(["bc", "abcd"]);
    watch.push("xabc");
    expect(watch.end()).toEqual({ stopped: true, text: "a", stop: "bc" });
  });

  it("without stop strings lets everything through", () =>
    expect(new StopStrings([]).push("text")).toEqual({ stopped: false, text: "text" }));

  it("refuses an empty stop string", () =>
    expect(() => new StopStrings(["a", ""])).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" })));

  it("equals the search in the whole text", () => {
    const few = (maxLength: number) => fc.string({ unit: fc.constantFrom("a", "b", "😀"), minLength: 1, maxLength });
    fc.assert(
      fc.property(fc.array(few(4), { maxLength: 4 }), fc.array(few(5), { maxLength: 8 }), (stops, pieces) => {
        const text = pieces.join("");
        const places = stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
        const expected = { text: text.slice(0, Math.min(text.length, ...places)), stopped: places.length > 0 };
        expect(watchAll(stops, pieces)).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it("holds back less than its longest stop string once none is complete", () => {
    const watch = new StopStrings(["aab"]);
    let through = "";
    for (let i = 1; i <= 50; i++) {
      through += watch.push("a").text;
      expect(through.length).toBe(Math.max(0, i - 2));
    }
  });
});

/** What comes through of all pieces and the end, until a stop. */
function watchAll(stops: readonly string[], pieces: readonly string[]): { text: string; stopped: boolean } {
  const watch = new StopStrings(stops);
  let text = "";
  for (const piece of pieces) {
    const step = watch.push(piece);
    text += step.text;
    if (step.stopped) return { text, stopped: true };
  }
  const last = watch.end();
  return { text: text + last.text, stopped: last.stopped };
}
