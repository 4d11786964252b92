import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { chat } from "../../../bench/chat.ts";
import type { Outcome } from "../../../bench/load/paces.ts";
import { onMachineClock } from "../../../bench/load/machine-clock.ts";
import { underLoad, type Loaded } from "../../../bench/load/served.ts";
import { demoChatAndCaptions, demoChatAndIndex } from "../../../bench/load/subjects.ts";
import { readStamps, stamped, withStampFile } from "../../../bench/load/token-stamps.ts";
import type { ServedSubject } from "../../../bench/subject.ts";
import { query } from "../../../bench/graphql.ts";

const options = { signal: new AbortController().signal, progress: () => undefined };

/** What a real server under load is seen to do. */
async function seen<T>(subject: ServedSubject, look: (loaded: Loaded) => Promise<T>): Promise<T> {
  let result: T | undefined;
  await underLoad(subject, options, async (loaded) => {
    result = await loaded.counted(() => look(loaded));
    return { title: "", facts: [], marks: [] };
  });
  return result!;
}

async function crowd(loaded: Loaded, work: Parameters<Loaded["gather"]>[0]["work"]): Promise<readonly Outcome[]> {
  const sending = await loaded.gather({ client: "crowd", work, pace: { kind: "closed", clients: 2 }, seed: 1 });
  sending.begin();
  await delay(1_000);
  return sending.end();
}

describe.runIf(process.platform === "linux")("a server under load", () => {
  it("is sent pictures that it never saw, by a process of their own", async () => {
    const work = { kind: "caption", family: "BLIP", tokens: 4 } as const;
    const { outcomes, hits } = await seen(demoChatAndCaptions, async (loaded) => {
      const captions = await crowd(loaded, work);
      const { scheduler } = await query<Scheduler>(
        loaded.target.graph,
        "{ scheduler { devices { caches { name hits } } } }",
      );
      return { outcomes: captions, hits: scheduler.devices[0]!.caches.find(({ name }) => name === "pixels")!.hits };
    });
    expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set(["OK"]));
    expect(outcomes.length).toBeGreaterThan(1);
    expect(hits).toBe(0);
  });

  it("indexes what it is sent for the gallery", async () => {
    const [outcomes, count] = await seen(demoChatAndIndex, async (loaded) => {
      const added = await crowd(loaded, { kind: "index", pictures: 3 });
      const { images } = await query<Images>(loaded.target.graph, "{ images { totalCount } }");
      return [added, images.totalCount] as const;
    });
    expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set(["OK"]));
    expect(count).toBeGreaterThanOrEqual(3 * outcomes.length);
  });

  it("has each token of a chat stamped before its client has it", () =>
    withStampFile(async (file) => {
      const questions = ["What is this?", "And what is that?"];
      const samples = await seen(stamped(demoChatAndCaptions, file), ({ target }) =>
        Promise.all(
          questions.map((text) =>
            chat(target.graph, { messages: [{ role: "USER", text }], transport: "WebSocket", tokens: 24 }),
          ),
        ),
      );
      const stamps = readStamps(file);
      questions.forEach((question, i) => {
        const times = stamps.get(question)!;
        expect(times).toHaveLength(samples[i]!.deltaTimes.length);
        expect(times.every((time, token) => time < onMachineClock(samples[i]!.deltaTimes[token]!))).toBe(true);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      });
    }));
});

interface Scheduler {
  readonly scheduler: {
    readonly devices: readonly { readonly caches: readonly { readonly name: string; readonly hits: number }[] }[];
  };
}

interface Images {
  readonly images: { readonly totalCount: number };
}
