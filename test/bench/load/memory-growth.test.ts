import { describe, expect, it } from "vitest";
import { growthOf, grown, MAX_GROWTH, type Growth } from "../../../bench/load/memory-growth.ts";
import { allDemos } from "../../../bench/load/subjects.ts";
import { serving } from "../../../bench/measure.ts";
import { processesOf } from "../../../bench/process-memory.ts";

/** Small caches are full after few requests; what ended is soon forgotten. */
const flags = ["--kv-cache", "16MiB", "--chat-retention", "1000", "--chat-grace", "100"];
const amount = { warmUp: 400, requests: 800 };

/** Of the real server, with modules that are loaded into its API process. */
function growth(imports: readonly string[]): Promise<Growth> {
  const subject = { ...allDemos, flags, imports };
  const options = { signal: new AbortController().signal, progress: () => undefined };
  return serving(subject, options, (target) => {
    const api = target.api.pid!;
    const worker = processesOf(api)!.find((pid) => pid !== api)!;
    return growthOf({ target, api, worker }, amount);
  });
}

describe.runIf(process.platform === "linux")(
  `the memory of API and worker over ${amount.requests} mixed requests`,
  () => {
    it("is given back", async () => {
      const { API, worker } = await growth([]);
      expect(API + worker).toBeLessThan(MAX_GROWTH);
    }, 180_000);

    it("is seen to grow where every request's body is kept", async () => {
      const { API } = await growth([new URL("./keep-bodies.js", import.meta.url).href]);
      expect(API).toBeGreaterThan(MAX_GROWTH);
    }, 180_000);
  },
);

describe("growth", () => {
  it("is from the least of the first samples to the least of the last: garbage that is collected is none", () => {
    const sawTooth = Array.from({ length: 100 }, (_, i) => 100 + 10 * (i % 7));
    expect(grown(sawTooth)).toBe(0);
    expect(grown(sawTooth.map((bytes, i) => bytes + i))).toBeGreaterThan(60);
  });

  it("is none of one sample", () => expect(grown([5])).toBe(0));
});
