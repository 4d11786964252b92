import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectFailure } from "./support/expect-failure.ts";
import { makeBroken, rewrite, type Breakage } from "./support/breakage.ts";
import { brokenConfigs } from "./support/broken-configs.ts";
import { brokenWeights, trace } from "./support/broken-weights.ts";
import { ask } from "./support/graph.ts";
import { caption, expectHealthy, inBase64 } from "./support/operations.ts";
import { drawScene } from "./support/pictures.ts";
import { startServer, type RealServer } from "./support/server.ts";

interface Model {
  readonly name: string;
  readonly state: string;
  readonly failure: string | null;
}

const breakages = Object.entries({ ...brokenWeights, ...brokenConfigs });
const parent = mkdtempSync(join(tmpdir(), "broken-"));
let server: RealServer;
let models: readonly Model[];
let image: object;

beforeAll(async () => {
  makeBroken(join(parent, "weights-nan"), { damage: rewrite((_header, data) => data.fill(0xff)), names: [] });
  for (const [name, breakage] of breakages) makeBroken(join(parent, name), breakage);
  const folders = breakages.map(([name]) => join(parent, name));
  const served = [...folders, "demo-blip-caption", join(parent, "weights-nan")];
  server = await startServer({ args: ["--models", served.join(",")] });
  const { data } = await ask<{ models: readonly Model[] }>(server.url, "{ models { name state failure } }");
  models = data.models;
  image = inBase64((await drawScene("white", 1)).png);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(parent, { recursive: true });
});

describe(`${breakages.length} checkpoints, each broken in another way, are FAILED, and say why`, () => {
  it.each(breakages)("%s", async (name, { names }: Breakage) => {
    const model = models.find((candidate) => candidate.name === name);
    expect(model?.state, model?.failure ?? "").toBe("FAILED");
    const missing = names.filter((text) => model!.failure?.includes(text) !== true);
    expect(missing, `"${model!.failure}" names them`).toEqual([]);
    expect(model!.failure).not.toContain(parent);

    const message = `The model "${name}" could not be loaded: ${model!.failure}`;
    const answer = await caption(server.url, image, { variables: { model: name } });
    expectFailure(answer, { code: "MODEL_UNAVAILABLE", message });
    expect(server.output).toContain(`${name} could not be loaded: ${model!.failure}`);
  });
});

describe("beside them", () => {
  it("the healthy model answers, and is who is asked by default", () => expectHealthy(server.url));

  it("nothing that a pickle asked for was done", () => {
    expect(existsSync(join(parent, "pickle-hostile", trace))).toBe(false);
  });

  it("/ready says that not all is well, and /health that the server is", async () => {
    const ready = await fetch(`${server.url}/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ ready: false, missing: breakages.map(([name]) => name) });
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  it("all failures differ", () => {
    const failures = models.flatMap(({ failure }) => failure ?? []);
    expect(failures).toHaveLength(breakages.length);
    expect(new Set(failures).size).toBe(breakages.length);
  });

  it.each([{}, { temperature: 1, seed: 1 }, { beams: 3 }, { repetitionPenalty: 2 }])(
    "weights that are no numbers are found out when they are asked: %j",
    async (options) => {
      const answer = await caption(server.url, image, { variables: { model: "weights-nan", options } });
      expectFailure(answer, { code: "MODEL_UNAVAILABLE", message: "weights-nan/vision computes image_embeds as NaN" });
    },
  );

  it("no worker died of them", () => expect(server.output).not.toContain("worker died"));
});
