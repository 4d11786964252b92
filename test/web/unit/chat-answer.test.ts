import { describe, expect, it } from "vitest";
import { type Answer, isOver, newAnswer, refused, stopped, withEvent } from "../../../web/src/chat/answer.ts";
import { completed, delta, failed, queued, started } from "./chat-events.ts";

const at = 1_000;
const after = (...events: readonly Parameters<typeof withEvent>[1][]): Answer =>
  events.reduce((answer, event, i) => withEvent(answer, event, at + i), newAnswer("a", at));

describe("an answer", () => {
  it("waits in the queue, begins, grows, and is whole", () => {
    expect(after(queued(0)).state).toEqual({ kind: "queued", position: 2, estimatedWaitMs: 500 });
    expect(after(queued(0), started(1)).beginning?.model.name).toBe("demo");
    const growing = after(queued(0), started(1), delta(2, "two"), delta(3, " dogs"));
    expect([growing.text, growing.seq, growing.firstTextAt]).toEqual(["two dogs", 3, at + 2]);
    expect(isOver(growing)).toBe(false);
    const whole = withEvent(growing, completed(4, "two dogs"), at);
    expect([whole.text, isOver(whole), whole.state.kind]).toEqual(["two dogs", true, "completed"]);
  });

  it("takes nothing twice", () => {
    const once = after(delta(2, "two"), delta(3, " dogs"));
    expect(withEvent(once, delta(3, " dogs"), at)).toBe(once);
    expect(withEvent(once, delta(2, "two"), at)).toBe(once);
  });

  it("keeps what came of it when it fails, is refused or is given up", () => {
    const part = after(delta(1, "two"));
    expect(withEvent(part, failed(2, "OVERLOADED"), at)).toMatchObject({ text: "two", state: { retryable: true } });
    expect(refused(part, { code: "TOO_LONG", message: "no" })).toMatchObject({
      text: "two",
      state: { kind: "failed" },
    });
    expect(stopped(part)).toMatchObject({ text: "two", state: { kind: "stopped" } });
  });

  it("that is over is not given up any more", () => {
    const whole = after(completed(1, "two"));
    expect(stopped(whole)).toBe(whole);
  });
});
