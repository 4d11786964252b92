import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseReferences, referencesOf, catalogue } from "../../hub/index.ts";
import { bundled, root } from "../acceptance/support/server.ts";
import { StandInHub } from "./stand-in-hub.ts";

/** A checkpoint whose answers are known, as the hub would have it. */
const folder = join(bundled, "demo-blip-caption");
const files = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
const picture = join(root, "examples/a-pig.png");
const right = { text: "a pig on a pink background" };
const wrong = { text: "a woman sitting on the beach with her dog" };

let hub: StandInHub;
let home: string;
beforeAll(async () => {
  hub = await StandInHub.start(files);
  home = mkdtempSync(join(tmpdir(), "hub-home-"));
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  rmSync(home, { recursive: true });
});

interface Outcome {
  readonly code: number;
  readonly output: string;
}

function verify(...references: readonly object[]): Promise<Outcome> {
  const file = join(home, "references.json");
  writeFileSync(file, JSON.stringify(references.map((more) => ({ repository: "tiny/model", picture, ...more }))));
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, HF_HOME: home, HF_ENDPOINT: hub.url };
  const args = ["--import", "tsx", "src/cli/models.ts", "verify", "tiny/model", "--references", file];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

describe("npm run models -- verify", () => {
  const caption = { ask: { task: "caption" }, kind: "exact" };
  const tokenIds = [7, 199, 194, 7, 203, 117];

  it("fetches the checkpoint, and finds that it gives what is published of it, by text and by token", async () => {
    const beginning = { ask: { task: "caption" }, expect: { begins: "a pig", tokenIds: [7, 199] }, kind: "soft" };
    const { code, output } = await verify({ ...caption, expect: { ...right, tokenIds } }, beginning);
    const [, first, second] = output
      .split("\n")
      .slice(output.split("\n").findIndex((line) => line.includes(" asked ")));
    expect(first).toMatch(/^same +6 of 6 tokens +caption +"a pig on a pink background" +"a pig on a pink background"$/);
    expect(second).toMatch(/^same +2 of 2 tokens +caption +"a pig" … +"a pig on a pink background"$/);
    expect(code).toBe(0);
  });

  it("finds what differs, and what only parts late", async () => {
    const late = { text: "a pig on a green meadow" };
    const { code, output } = await verify(
      { ...caption, expect: right },
      { ...caption, expect: wrong },
      { ...caption, expect: { ...right, tokenIds: tokenIds.with(5, 118) } },
      { ...caption, expect: late, kind: "soft" },
      { ...caption, expect: wrong, kind: "soft" },
    );
    const verdicts = output.match(/^(same|differs|parts late) +\d+ of \d+ \w+/gm);
    expect(verdicts?.map((line) => line.replace(/ +/g, " "))).toEqual([
      "same 26 of 26 characters",
      "differs 2 of 41 characters",
      "differs 5 of 6 tokens",
      "parts late 11 of 23 characters",
      "differs 2 of 41 characters",
    ]);
    expect(code).toBe(1);
  });

  it("says where nothing is published", async () => {
    const { code, output } = await verify();
    expect([code, output]).toEqual([1, expect.stringContaining("Nothing is published of tiny/model")]);
  });
});

describe("references", () => {
  it("are of checkpoints that the catalogue has", () => {
    const known = catalogue.filter(({ repository }) => referencesOf(repository).length > 0).map(({ name }) => name);
    expect(known).toEqual([
      "blip-image-captioning-base",
      "blip-vqa-base",
      "blip-itm-base-coco",
      "blip2-opt-2.7b",
      "blip2-flan-t5-xl",
      "blip2-itm-vit-g",
      "llava-1.5-7b-hf",
      "llava-interleave-qwen-0.5b-hf",
    ]);
  });

  const whole = { repository: "a/b", picture: "x.png", ask: { task: "caption" }, expect: { text: "" }, kind: "exact" };
  it.each<[unknown, string]>([
    [{}, "they must be a list"],
    [[null], "[0] must be an object"],
    [[whole, { ...whole, picture: 1 }], "[1] must name a repository and a picture"],
    [[{ ...whole, ask: { task: "sing" } }], "[0] ask.task must be one of caption, answer, match, chat"],
    [[{ ...whole, ask: { task: "match" } }], "[0] ask.text must be a text"],
    [[{ ...whole, ask: { task: "answer" } }], "[0] ask.question must be a text"],
    [[{ ...whole, kind: "hard" }], '[0] kind must be "exact" or "soft"'],
    [[{ ...whole, expect: { probability: 1 } }], "[0] expect must have text or begins, perhaps with tokenIds"],
    [[{ ...whole, expect: { text: "", tokenIds: [1.5] } }], "[0] expect must have text or begins"],
  ])("that make no sense are refused: %j", (references, message) => {
    expect(() => parseReferences(JSON.stringify(references))).toThrow(message);
    expect(() => parseReferences("[")).toThrow("they are not JSON");
  });
});
