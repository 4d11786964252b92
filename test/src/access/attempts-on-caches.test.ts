import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InferenceClient } from "../../../inference/index.ts";
import { chatBySse } from "../../chat/sse.ts";
import { startTinyInference } from "../../support/tiny-inference.ts";
import { askAs, bearer, startKeyedServer, type KeyedServer, type Who } from "./keyed-server.ts";

const root = join(import.meta.dirname, "../../..");
const models = ["demo-blip-caption", "demo-llava"].map((name) => ({ name, folder: join(root, "checkpoints", name) }));
const image = { base64: readFileSync(join(root, "examples/three-cats.png")).toString("base64") };

let server: KeyedServer<InferenceClient>;
beforeAll(async () => {
  const inference = startTinyInference({ models });
  await inference.ready();
  server = await startKeyedServer({ inference });
});
afterAll(() => server[Symbol.asyncDispose]());

interface Captioned {
  readonly text: string;
  readonly timing: { readonly imageCacheHit: boolean; readonly encodeMs: number; readonly decodeMs: number };
}

async function caption(who: Who): Promise<Captioned> {
  const query = `query ($image: ImageInput!) { caption(image: $image) { text timing { imageCacheHit encodeMs decodeMs } } }`;
  return (await askAs(server.url, who, query, { image })).data!.caption as Captioned;
}

const chatQuery = `subscription ($input: ChatInput!) {
  chat(input: $input) { __typename generationId seq ... on ChatStarted { imageCacheHit reusedTokens } }
}`;

interface Started {
  readonly imageCacheHit: boolean;
  readonly reusedTokens: number;
}

async function chat(who: Who, text = "what is in the picture?", images: readonly object[] = [image]): Promise<Started> {
  const input = { messages: [{ role: "USER", text, images }], options: { temperature: 0, maxTokens: 12 } };
  const events = await chatBySse(server.url, input, { query: chatQuery, headers: bearer(who) });
  return events.find(({ __typename }) => __typename === "ChatStarted") as unknown as Started;
}

describe("what another tenant asked before", () => {
  it("is not told by a picture that is known, nor by the time that an answer takes of the device", async () => {
    const first = await caption("acme");
    expect(first.timing.imageCacheHit).toBe(false);
    const other = await caption("bolt");
    expect(other.text).toBe(first.text);
    expect(other.timing.imageCacheHit).toBe(false);
    expect(Math.min(other.timing.encodeMs, other.timing.decodeMs)).toBeGreaterThan(0);
    // Known it is to its own tenant, whoever of it asks.
    expect((await caption("reader")).timing.imageCacheHit).toBe(true);
  });

  it("is not told by rows of a prompt that are kept", async () => {
    expect(await chat("acme")).toEqual(expect.objectContaining({ imageCacheHit: false, reusedTokens: 0 }));
    expect(await chat("bolt")).toEqual(expect.objectContaining({ imageCacheHit: false, reusedTokens: 0 }));
    const again = await chat("reader");
    expect(again.reusedTokens).toBeGreaterThan(0);
  });

  it("is not told by them where there is no picture, either", async () => {
    const ask = (who: Who) => chat(who, "what did you see before, and where was it?", []);
    await ask("acme");
    // What every prompt of its own began with is all that is known.
    const { reusedTokens } = await ask("bolt");
    expect((await ask("bolt")).reusedTokens).toBeGreaterThan(reusedTokens + 4);
  });
});

describe("a tenant that asks a hundred things at once", () => {
  it("does not hold up another's single request", async () => {
    const query = `query ($image: ImageInput!) { caption(image: $image, options: { minTokens: 12, maxTokens: 12 }) { text } }`;
    const order: string[] = [];
    const ask = async (who: Who, i: number): Promise<void> => {
      // What stands behind a picture's end is not read, and makes another picture of it.
      const bytes = Buffer.concat([Buffer.from(image.base64, "base64"), Buffer.from(`${who} ${i}`)]);
      await askAs(server.url, who, query, { image: { base64: bytes.toString("base64") } });
      order.push(who);
    };
    const crowd = Array.from({ length: 100 }, (_, i) => ask("acme", i));
    await expect.poll(() => order.length, { timeout: 20_000 }).toBeGreaterThan(0);
    const before = order.length;
    await ask("bolt", 0);
    expect(order.indexOf("bolt") - before).toBeLessThan(40);
    await Promise.all(crowd);
  });
});
