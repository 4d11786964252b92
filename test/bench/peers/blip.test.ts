import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { writeCheckpoint } from "../../../bench/checkpoint.ts";
import type { PictureFile } from "../../../bench/graphql.ts";
import { blipCheckpointParts } from "../../../bench/peers/blip/checkpoint.ts";
import type { BlipContender } from "../../../bench/peers/blip/contender.ts";
import { reportBlip } from "../../../bench/peers/blip/report.ts";
import { compareParts, compareTasks } from "../../../bench/peers/blip/rounds.ts";
import { ALONE, blipTasks, TOGETHER } from "../../../bench/peers/blip/tasks.ts";
import { openModel } from "../../../inference/models/registry.ts";

describe("a checkpoint for engines to be compared", () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-peers-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ["captions", "CAPTION"],
    ["answers", "VQA"],
    ["matches", "MATCH"],
  ] as const)("of %s loads strictly, and can do the task", async (name, task) => {
    const { tensors, ...parts } = blipCheckpointParts(blipTasks[name].architecture);
    // Of zeros, which take neither time nor room.
    const empty = tensors.map((tensor) => ({ ...tensor, fill: "zeros" as const }));
    await writeCheckpoint(join(folder, name), { ...parts, tensors: empty });
    const model = openModel(join(folder, name));
    expect(model.networks().encoders.length).toBeGreaterThan(1);
    expect(model.about().tasks).toContain(task);
  });
});

/** One that takes so many seconds a picture in each round, and half as many where there are several; it notes what it is asked. */
function contender(name: string, secondsOfRounds: readonly number[], asked: string[]): BlipContender {
  const seconds = { alone: secondsOfRounds.values(), together: secondsOfRounds.values() };
  let [count, current] = [0, 0];
  return {
    name,
    ask: (_, pictures) => {
      asked.push(`${name} ${pictures.map((picture) => picture.name).join(" ")}`);
      if (pictures.length > 1) return Promise.resolve((pictures.length * seconds.together.next().value!) / 2);
      if (count++ % ALONE === 0) current = seconds.alone.next().value!;
      return Promise.resolve(current);
    },
    parts: () => {
      const own = seconds.alone.next().value!;
      return Promise.resolve({ prepare: own, vision: 2 * own, memory: 3 * own, text: 4 * own });
    },
  };
}

function numberedPictures(): (count: number) => Promise<PictureFile[]> {
  let next = 0;
  const picture = (): PictureFile => ({ name: String(next++), type: "image/jpeg", bytes: new Uint8Array() });
  return (count) => Promise.resolve(Array.from({ length: count }, picture));
}

const progress = (): void => undefined;

describe("rounds of a comparison", () => {
  it("take turns on the same pictures, new ones each time, and the best counts", async () => {
    const asked: string[] = [];
    const contenders = [contender("ours", [2, 0.5], asked), contender("theirs", [1, 4], asked)];
    const tasks = await compareTasks(contenders, [blipTasks.captions], {
      rounds: 2,
      pictures: numberedPictures(),
      progress,
    });
    expect(tasks).toEqual([
      {
        title: blipTasks.captions.title,
        rates: [
          { alone: 2, together: 4 },
          { alone: 1, together: 2 },
        ],
      },
    ]);
    const batch = (first: number): string => Array.from({ length: TOGETHER }, (_, i) => first + i).join(" ");
    const turn = (name: string, first: number): string[] =>
      [first, first + 1, first + 2, batch(first + ALONE)].map((pictures) => `${name} ${pictures}`);
    const second = ALONE + TOGETHER;
    expect(asked).toEqual([0, second].flatMap((first) => [...turn("ours", first), ...turn("theirs", first)]));
  });

  it("count the least of each part", async () => {
    const seconds = Array.from({ length: ALONE }, (_, i) => 5 - i);
    const options = { rounds: 1, pictures: numberedPictures(), progress };
    expect(await compareParts([contender("ours", seconds, [])], options)).toEqual([
      { prepare: 3, vision: 6, memory: 9, text: 12 },
    ]);
  });
});

function withoutPadding(line: string): string {
  return line.replaceAll(/ +/g, " ");
}

describe("the report beside transformers", () => {
  const names = ["Triptych, float32", "Triptych, int8", "transformers, float32"];
  const comparison = { names, versions: { torch: "2.13", transformers: "5.18" }, parts: undefined };

  it("has ours to theirs in each of our types", () => {
    const rates = [
      { alone: 2, together: 3 },
      { alone: 4, together: 5 },
      { alone: 1, together: 2 },
    ];
    const lines = reportBlip({ ...comparison, tasks: [{ title: "Captions", rates }] }).split("\n");
    expect(lines.slice(-5).map(withoutPadding)).toEqual([
      "| engine | one at a time | float32 to it | int8 to it | 16 at once | float32 to it | int8 to it |",
      expect.stringMatching(/^\|[-:|]+\|$/),
      "| Triptych, float32 | 2.00 | – | – | 3.00 | – | – |",
      "| Triptych, int8 | 4.00 | – | – | 5.00 | – | – |",
      "| transformers, float32 | 1.00 | 2.00 × | 4.00 × | 2.00 | 1.50 × | 2.50 × |",
    ]);
  });

  it("has parts in milliseconds", () => {
    const part = { prepare: 0.01, vision: 0.5, memory: 0.0625, text: 0.25 };
    const report = reportBlip({ ...comparison, tasks: [], parts: [part, part, part] });
    expect(withoutPadding(report.split("\n").at(-1)!)).toBe("| transformers, float32 | 10.0 | 500.0 | 62.5 | 250.0 |");
  });
});
