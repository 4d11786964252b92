import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { type Answer, type ChatEvent, newAnswer, withEvent } from "../../../web/src/chat/answer.ts";
import { type Ending, follow, type Listen, pauseMs } from "../../../web/src/chat/follow.ts";
import { completed, delta, queued, started } from "./chat-events.ts";

/** What becomes of one connection: how many events get through, how many of them twice, and how it ends. */
const connection = fc.record({
  passes: fc.nat({ max: 6 }),
  repeats: fc.nat({ max: 3 }),
  merges: fc.boolean(),
  ending: fc.constantFrom<Ending>({ kind: "ended" }, { kind: "slow" }),
});

interface Story {
  readonly events: readonly ChatEvent[];
  readonly text: string;
}

function storyOf(words: readonly string[]): Story {
  const text = words.join("");
  const deltas = words.map((word, i) => delta(i + 2, word));
  return { text, events: [queued(0), started(1), ...deltas, completed(words.length + 2, text)] };
}

type Delta = Extract<ChatEvent, { readonly __typename: "ChatDelta" }>;
const isDelta = (event: ChatEvent): event is Delta => event.__typename === "ChatDelta";

/** Deltas in a row as one, under the number of the last. */
function merged(events: readonly ChatEvent[]): readonly ChatEvent[] {
  const deltas = events.filter(isDelta);
  if (deltas.length < 2) return events;
  const one = delta(deltas.at(-1)!.seq, deltas.map((each) => each.delta).join(""));
  return events
    .filter((event) => !isDelta(event) || event === deltas[0])
    .map((event) => (isDelta(event) ? one : event));
}

const never = new AbortController().signal;

describe("following a generation", () => {
  it("comes to its whole text, whatever is cut, told twice, or put together", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string()), fc.array(connection), fc.nat(), async (words, connections, known) => {
        const { events, text } = storyOf(words);
        const seen = events.slice(0, Math.min(known, events.length - 1));
        let answer: Answer = seen.reduce((so, event) => withEvent(so, event, 0), newAnswer("a", 0));
        let deltas = answer.text;
        const left = [...connections];
        const listen: Listen = (after, hear) => {
          const next = left.shift();
          const rest = events.filter(({ seq }) => after === undefined || seq > after);
          const told = next === undefined ? rest : rest.slice(0, next.passes);
          const before = events.filter(({ seq }) => after !== undefined && seq <= after).slice(-(next?.repeats ?? 1));
          for (const event of [...before, ...(next?.merges === true ? merged(told) : told)]) hear(event);
          return Promise.resolve(next?.ending ?? { kind: "ended" });
        };
        await follow({
          listen,
          after: answer.seq,
          hear: (event) => {
            if (isDelta(event)) deltas += event.delta;
            answer = withEvent(answer, event, 0);
          },
          onConnection: () => undefined,
          isReached: () => Promise.resolve(true),
          pause: () => Promise.resolve(),
          signal: never,
        });
        expect([deltas, answer.text, answer.state.kind]).toEqual([text, text, "completed"]);
      }),
    );
  });

  it("tells that the connection was lost, once each time, and that it is back", async () => {
    const { events } = storyOf(["a", " b"]);
    const told: string[] = [];
    let attempt = 0;
    await follow({
      listen: (after, hear) => {
        attempt += 1;
        if (attempt === 1) hear(events[0]!);
        if (attempt === 4) for (const event of events) if (after === undefined || event.seq > after) hear(event);
        return Promise.resolve({ kind: "ended" });
      },
      after: undefined,
      hear: () => undefined,
      onConnection: (state) => told.push(state),
      isReached: () => Promise.resolve(true),
      pause: (losses) => Promise.resolve(void told.push(`pause ${losses}`)),
      signal: never,
    });
    expect(told).toEqual(["lost", "pause 0", "lost", "pause 1", "lost", "pause 2", "back"]);
  });

  it.each([true, false])(
    "is back, with nothing to tell, where the stream lasts and the server answers: %j",
    async (is) => {
      vi.useFakeTimers();
      const leaving = new AbortController();
      const told: string[] = [];
      let attempt = 0;
      const following = follow({
        listen: (_, __, signal) =>
          ++attempt === 1
            ? Promise.resolve({ kind: "ended" })
            : new Promise((resolve) => signal.addEventListener("abort", () => resolve({ kind: "left" }))),
        after: 0,
        hear: () => undefined,
        onConnection: (state) => told.push(state),
        isReached: () => Promise.resolve(is),
        pause: () => Promise.resolve(),
        signal: leaving.signal,
      });
      await vi.advanceTimersByTimeAsync(5_000);
      expect(told).toEqual(is ? ["lost", "back"] : ["lost"]);
      leaving.abort();
      await following;
      vi.useRealTimers();
    },
  );

  it("ends with what it was refused for", async () => {
    const problem = { code: "OVERLOADED", message: "full", retryAfterMs: 100 };
    const refusal = follow({
      listen: () => Promise.resolve({ kind: "refused", problem }),
      after: 3,
      hear: () => undefined,
      onConnection: () => undefined,
      isReached: () => Promise.resolve(true),
      pause: () => Promise.resolve(),
      signal: never,
    });
    expect(await refusal).toBe(problem);
  });

  it("is left at a signal, also while it waits", async () => {
    const leaving = new AbortController();
    let numListened = 0;
    await follow({
      listen: () => Promise.resolve({ kind: ++numListened > 2 ? "left" : "ended" }),
      after: undefined,
      hear: () => undefined,
      onConnection: () => undefined,
      isReached: () => Promise.resolve(true),
      pause: () => {
        leaving.abort();
        return Promise.resolve();
      },
      signal: leaving.signal,
    });
    expect(numListened).toBe(1);
  });

  it("waits twice as long each time, up to five seconds, and not as long as others do", () => {
    expect([0, 1, 2, 3, 4, 5, 50].map((losses) => pauseMs(losses, 0))).toEqual([
      250, 500, 1000, 2000, 4000, 5000, 5000,
    ]);
    expect(pauseMs(0, 1)).toBe(125);
  });
});
