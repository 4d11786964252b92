import { describe, expect, it } from "vitest";
import { encodeGlobalId } from "../../resolvers/global-id.ts";
import { chooseModel, type ModelRequest } from "../../resolvers/model-choice.ts";
import { FakeInference, model } from "../gallery/fake-inference.ts";

const inference = new FakeInference([
  model("broken", { tasks: ["CAPTION"], state: "FAILED", failure: "model.safetensors: is cut off" }),
  model("captioner", { tasks: ["CAPTION"] }),
  model("second", { tasks: ["CAPTION", "VQA"] }),
]);
const choose = (request: Partial<ModelRequest>): string =>
  chooseModel({ family: "BLIP", task: "CAPTION", ...request }, inference).name;

describe("the model of a field", () => {
  it("is the family's first that can do the task and is not broken", () => {
    expect(choose({})).toBe("captioner");
    expect(choose({ task: "VQA" })).toBe("second");
  });

  it("is the named one, by name or id, whatever the family", () => {
    expect(choose({ model: "second" })).toBe("second");
    expect(choose({ model: encodeGlobalId("Model", "second"), family: "LLAVA" })).toBe("second");
  });

  it.each([
    [
      { model: "nobody" },
      "MODEL_UNAVAILABLE",
      'No model "nobody" is served. Served are: broken (BLIP), captioner (BLIP)',
    ],
    [{ family: "LLAVA" }, "MODEL_UNAVAILABLE", "No LLAVA model is served. Served are: "],
    [{ model: "broken" }, "MODEL_UNAVAILABLE", 'The model "broken" could not be loaded: model.safetensors: is cut off'],
    [
      { model: "captioner", task: "VQA" },
      "UNSUPPORTED_TASK",
      'The model "captioner" cannot VQA: captioner can CAPTION.',
    ],
    [
      { task: "MATCH" },
      "UNSUPPORTED_TASK",
      "No served BLIP model can MATCH: broken can CAPTION; captioner can CAPTION; second",
    ],
  ] as const)("fails for %j", (request, code, message) => {
    expect(() => choose(request)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error,
    );
  });

  it("is not said to be unable while nobody knows what it can do", () => {
    const unread = model("unread", { tasks: [], state: "LOADING" });
    const unreadable = model("unreadable", { tasks: [], state: "FAILED", failure: "config.json: is not JSON" });
    const named = new FakeInference([unread, unreadable]);
    const ask = (request: object): unknown => chooseModel({ family: "BLIP", task: "VQA", ...request }, named);
    expect(() => ask({})).toThrow('The model "unread" is being loaded');
    expect(() => ask({ model: "unreadable" })).toThrow("could not be loaded: config.json: is not JSON");
    const broken = new FakeInference([unreadable]);
    expect(() => chooseModel({ family: "BLIP", task: "VQA" }, broken)).toThrow("could not be loaded");
  });

  it("says so where none is loaded yet", () => {
    const none = new FakeInference([]);
    expect(() => chooseModel({ family: "BLIP", task: "VQA" }, none)).toThrow("being loaded");
  });
});
