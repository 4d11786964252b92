import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  AskedGeneration,
  CaptionTask,
  ChatTask,
  GenerationOptions,
  GenerationReader,
  NumberedEvent,
} from "../../inference/index.ts";
import { projectRoot } from "../../src/project-root.ts";
import { hasRedis } from "../support/redis.ts";
import type { Carried } from "./carried.ts";
import { overIpc } from "./over-ipc.ts";
import { overRedis } from "./over-redis.ts";

/** RESUMES=1000 is the thorough run. */
const RESUMES = Number(process.env.RESUMES ?? 60);

const bytes = readFileSync(join(projectRoot, "test/golden/blip/pictures/wide.png"));
const caption: CaptionTask = { kind: "caption", model: "demo-blip-caption", image: { bytes }, options: {} };

/** Long, and drawn at random: what a worker's death changed would be seen. */
const long: GenerationOptions = { minTokens: 160, maxTokens: 160, temperature: 1, seed: 7 };

function chat(id: string, { after = -1, options = {}, text = "What is in the picture?" } = {}): AskedGeneration {
  const task: ChatTask = {
    kind: "chat",
    model: "demo-llava",
    messages: [{ role: "USER", text, images: [{ bytes }] }],
    options,
  };
  const fingerprint = (): Promise<string> => Promise.resolve(JSON.stringify([text, options]));
  const begin = () => ({
    ...{ id, model: carried.inference.models().find(({ name }) => name === "demo-llava")!, client: "ann" },
    fingerprint: fingerprint(),
    prepare: () => Promise.resolve(task),
  });
  return { id, after, fingerprint, begin: after < 0 ? begin : undefined };
}

async function drain(reader: GenerationReader): Promise<NumberedEvent[]> {
  const seen: NumberedEvent[] = [];
  for await (const event of reader) seen.push(event);
  return seen;
}

let carried: Carried;
const carriers = [
  { name: "over IPC", start: overIpc, isHere: true },
  { name: "over Redis", start: overRedis, isHere: hasRedis },
];

/** By the first, slow answers of a busy machine, the last of many would have to wait longer than usual requests may. */
const patient = { timeoutMs: 60_000 };

describe.each(carriers)("inference $name", ({ start, isHere }) => {
  const test = it.skipIf(!isHere);
  beforeAll(async () => {
    if (isHere) carried = await start();
  }, 60_000);
  afterAll(async () => {
    if (isHere) await carried.close();
  });

  test("knows its models, and answers many at once as one alone", async () => {
    const { inference } = carried;
    expect(
      inference
        .models()
        .map(({ name, state }) => `${name} ${state}`)
        .sort(),
    ).toEqual(["demo-blip-caption READY", "demo-llava READY"]);
    const { text } = await inference.submit(caption);
    expect(text).toMatch(/\w+ \w+/);
    const all = await Promise.all(Array.from({ length: 24 }, () => inference.submit(caption, patient)));
    expect(all.map((each) => each.text)).toEqual(Array(24).fill(text));
    const { width, height } = await inference.submit({ kind: "inspect", image: { bytes } });
    expect([width > 1, height > 1]).toEqual([true, true]);
    const { bytes: small } = await inference.submit({ kind: "shrink", image: { bytes }, side: 16 });
    expect(Buffer.from(small).toString("latin1", 8, 12)).toBe("WEBP");
  });

  test("says what is wrong, each with its code", async () => {
    const { inference } = carried;
    const codeOf = (answer: Promise<unknown>): Promise<unknown> =>
      answer.then(
        () => "none",
        (error: unknown) => (error as { code?: string }).code,
      );
    const left = AbortSignal.abort();
    expect(
      await Promise.all([
        codeOf(inference.submit({ ...caption, image: { bytes: Buffer.from("no picture") } })),
        codeOf(inference.submit({ ...caption, model: "demo-llava", kind: "match", text: "" } as never)),
        codeOf(inference.submit({ ...caption, model: "nobody's" })),
        codeOf(inference.submit(caption, { signal: left })),
        codeOf(
          inference.submit({ ...caption, options: { beams: 16, minTokens: 400, maxTokens: 400 } }, { timeoutMs: 30 }),
        ),
      ]),
    ).toEqual([
      "IMAGE_UNREADABLE",
      "UNSUPPORTED_TASK",
      "MODEL_UNAVAILABLE",
      "CANCELLED",
      expect.stringMatching(/^(DEADLINE_EXCEEDED|OVERLOADED)$/),
    ]);
    expect(await codeOf(inference.submit(caption))).toBe("none");
  });

  test("numbers a chat's events, and gives them again after any number, anywhere", async () => {
    const { generations, elsewhere } = carried;
    const all = await drain(
      await generations.open(chat("read again", { options: { ...long, maxTokens: 40, minTokens: 40 } })),
    );
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, i) => i));
    expect(all.filter(({ type }) => type !== "delta").map(({ type }) => type)).toEqual([
      "queued",
      "started",
      "completed",
    ]);
    expect(all.flatMap((event) => (event.type === "delta" ? event.delta : [])).join("")).toBe(all.at(-1)!.text);
    for (let i = 0; i < RESUMES; i++) {
      const after = Math.floor(Math.random() * all.length) - 1;
      const rest = await drain(await elsewhere.open({ id: "read again", after }));
      expect(rest).toEqual(all.slice(after + 1));
    }
  });

  test("gives one generation to all who ask for the same, and refuses what is another", async () => {
    const { generations, elsewhere } = carried;
    const readers = await Promise.all(
      [generations, elsewhere, generations].map((each) => each.open(chat("one of all"))),
    );
    const [first, ...others] = await Promise.all(readers.map(drain));
    for (const other of others) expect(other).toEqual(first);
    const refused = { code: "BAD_USER_INPUT" };
    await expect(elsewhere.open(chat("one of all", { text: "And now?" }))).rejects.toMatchObject(refused);
    await expect(elsewhere.open(chat("one of all", { after: first!.length }))).rejects.toMatchObject(refused);
    await expect(elsewhere.open({ id: "nobody's", after: -1 })).rejects.toMatchObject({ code: "GENERATION_EXPIRED" });
    await expect(elsewhere.open(chat("nobody's", { after: 2 }))).rejects.toMatchObject({ code: "GENERATION_EXPIRED" });
  });

  test("ends a chat with what there is of it: when it is cancelled, and when nobody reads it", async () => {
    const { generations, elsewhere } = carried;
    const whole = (await drain(await generations.open(chat("whole", { options: long })))).at(-1)!.text;
    const cancelled = await generations.open(chat("cancelled", { options: long }));
    for (let i = 0; i < 6; i++) await cancelled.next();
    expect(await elsewhere.cancel("cancelled")).toBe(true);
    expect(await elsewhere.cancel("cancelled")).toBe(false);
    const left = await generations.open(chat("left", { options: { ...long, minTokens: 400, maxTokens: 400 } }));
    for (let i = 0; i < 3; i++) await left.next();
    await left.return();
    await delay(4_500);
    for (const rest of [await drain(cancelled), await drain(await elsewhere.open({ id: "left", after: 0 }))]) {
      expect(rest.at(-1)).toMatchObject({ type: "completed" });
      expect(rest.filter(({ type }) => type === "completed" || type === "failed")).toHaveLength(1);
    }
    const { text } = (await drain(await elsewhere.open({ id: "cancelled", after: 0 }))).at(-1)!;
    expect(whole.startsWith(text)).toBe(true);
    expect(text.length).toBeLessThan(whole.length);
  });

  test("goes on, when its workers are killed, with the text that it would have had", async () => {
    const { generations, inference } = carried;
    const whole = await drain(await generations.open(chat("undisturbed", { options: long })));
    const reading = await generations.open(chat("disturbed", { options: long }));
    const seen: NumberedEvent[] = [];
    for (let i = 0; i < 30; i++) seen.push((await reading.next()).value!);
    const waiting = inference.submit({ ...caption, options: { minTokens: 30, maxTokens: 30 } });
    await carried.killWorkers();
    seen.push(...(await drain(reading)));
    expect(seen.at(-1)!.text).toBe(whole.at(-1)!.text);
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, i) => i));
    expect(seen.filter(({ type }) => type === "started")).toHaveLength(1);
    expect((await waiting).text).not.toBe("");
  });
});
