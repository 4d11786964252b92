import fc from "fast-check";
import { isObjectType, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { ServiceTimes } from "../../inference/service-times.ts";
import { schema } from "../../schema/index.ts";
import { deviceCost } from "../../src/device-cost.ts";
import { ChattingInference } from "../chat/chatting-inference.ts";
import { HeldInference } from "../inference/generations/held-inference.ts";
import { newGenerations, start } from "../inference/generations/support.ts";

const times = new ServiceTimes();
const generations = newGenerations(new HeldInference());
const server = { inference: new ChattingInference(), generations, tenant: "acme" };

/** Milliseconds of a document on models of a hundred million parameters that nobody asked yet. */
function cost(query: string, variables: Readonly<Record<string, unknown>> = {}): number {
  const msOf = (task: Parameters<ServiceTimes["expectedMs"]>[0]): number => times.expectedMs(task, 1e8);
  return deviceCost({ schema, document: parse(query), variables }, { server, msOf });
}

const image = `image: { id: "x" }`;
const texts = fc.array(
  fc.string({ minLength: 1, maxLength: 20 }).map((text) => `a${text}`),
  { minLength: 1, maxLength: 9 },
);
const size = fc.record({ maxTokens: fc.integer({ min: 1, max: 256 }), beams: fc.integer({ min: 1, max: 8 }) });
const options = size.map(({ maxTokens, beams }) => `options: { maxTokens: ${maxTokens}, beams: ${beams} }`);

/** A field that runs a model, without its name's alias. */
const field = fc.oneof(
  options.map((given) => `caption(${image}, ${given}) { text }`),
  options.map((given) => `vqa(${image}, question: "what?", ${given}) { text }`),
  texts.map((choices) => `vqa(${image}, question: "what?", choices: ${JSON.stringify(choices)}) { text }`),
  options.map((given) => `compare(${image}, models: ["demo-caption"], ${given}) { text }`),
  fc.constant(`match(${image}, text: "a dog") { probability }`),
  fc.nat(64).map((rerank) => `retrieveImages(text: "a dog", rerank: ${rerank}) { edges { score } }`),
  fc.constant(`similarImages(${image}) { edges { score } }`),
  texts.map((given) => `retrieveTexts(${image}, texts: ${JSON.stringify(given)}) { score }`),
);
const fields = fc.array(field, { minLength: 1, maxLength: 6 }).map((all) => all.map((one, i) => `f${i}: ${one}`));

describe("what a document takes of the device", () => {
  it("is what its fields take, each by itself", () => {
    fc.assert(
      fc.property(fields, (all) => {
        const alone = all.map((one) => cost(`{ ${one} }`));
        expect(Math.min(...alone)).toBeGreaterThan(0);
        expect(cost(`{ ${all.join(" ")} }`)).toBeCloseTo(alone.reduce((sum, ms) => sum + ms, 0));
      }),
    );
  });

  it("is the same with fragments as without", () => {
    fc.assert(
      fc.property(fields, fields, (all, others) => {
        const [a, b] = [all.join(" "), others.map((one) => `g${one}`).join(" ")];
        const plain = cost(`{ ${a} ${b} }`);
        const named = `fragment A on Query { ${a} ...B } fragment B on Query { ${b} ...C } fragment C on Query { ${a} }`;
        expect(cost(`{ ...A ...B ...A ${a} } ${named}`)).toBeCloseTo(plain);
        expect(cost(`{ ... on Query { ${a} ... { ${b} } } }`)).toBeCloseTo(plain);
      }),
    );
  });

  it("is nothing for what is left out, by whatever variables", () => {
    fc.assert(
      fc.property(fields, fields, (all, others) => {
        const [a, b] = [all.join(" "), others.map((one) => `g${one}`).join(" ")];
        const query = `query ($on: Boolean!) { ${a} ... @include(if: $on) { ${b} } ...B @skip(if: $on) } fragment B on Query { ${b} }`;
        expect(cost(query, { on: true })).toBeCloseTo(cost(`{ ${a} ${b} }`));
        expect(cost(query, { on: false })).toBeCloseTo(cost(`{ ${a} ${b} }`));
        const neither = `query ($on: Boolean!) { ${a} ... @include(if: $on) @skip(if: $on) { ${b} } }`;
        expect(cost(neither, { on: true })).toBeCloseTo(cost(`{ ${a} }`));
      }),
    );
  });

  it("counts what is deferred once more, for it runs once more", () => {
    const caption = `caption(${image}) { text }`;
    const once = cost(`{ ${caption} }`);
    expect(cost(`{ ${caption} ${caption} ... { ${caption} } }`)).toBeCloseTo(once);
    expect(cost(`{ ${caption} ${`... @defer { ${caption} } `.repeat(3)} }`)).toBeCloseTo(4 * once);
    expect(cost(`{ ...F ...F @defer ...F @defer } fragment F on Query { ${caption} }`)).toBeCloseTo(3 * once);
    expect(cost(`{ ...F ...F @defer(if: false) } fragment F on Query { ${caption} }`)).toBeCloseTo(once);
  });

  it("grows with tokens and with beams, given as literals or as variables", () => {
    fc.assert(
      fc.property(size, size, (some, more) => {
        const query = `query ($options: GenerationOptions) { caption(${image}, options: $options) { text } }`;
        const larger = { maxTokens: some.maxTokens + more.maxTokens, beams: some.beams + more.beams };
        const ms = cost(query, { options: some });
        expect(cost(query, { options: { ...some, maxTokens: larger.maxTokens } })).toBeGreaterThan(ms);
        expect(cost(query, { options: { ...some, beams: larger.beams } })).toBeGreaterThan(ms);
        const { maxTokens, beams } = some;
        const literal = `{ caption(${image}, options: { maxTokens: ${maxTokens}, beams: ${beams} }) { text } }`;
        expect(cost(literal)).toBe(ms);
      }),
    );
  });

  it("grows with texts, choices, models and candidates to re-rank", () => {
    const quoted = (count: number): string => JSON.stringify(Array.from({ length: count }, (_, i) => `text ${i}`));
    const growing: ((count: number) => string)[] = [
      (count) => `{ retrieveTexts(${image}, texts: ${quoted(count)}, rerank: 0) { score } }`,
      (count) => `{ retrieveTexts(${image}, texts: ${quoted(100)}, rerank: ${count}) { score } }`,
      (count) => `{ retrieveImages(text: "a dog", rerank: ${count}) { edges { score } } }`,
      (count) => `{ vqa(${image}, question: "?", choices: ${quoted(count)}) { text } }`,
      (count) => `mutation { addImages(input: { images: [${`{ ${image} }`.repeat(count)}] }) { images { id } } }`,
    ];
    for (const query of growing) expect(cost(query(20)), query(1)).toBeGreaterThan(cost(query(10)));
    const compare = (models: string): number => cost(`{ compare(${image}, models: [${models}]) { text } }`);
    expect(compare('"demo-caption", "demo-vqa"')).toBeGreaterThan(compare('"demo-caption"'));
  });

  it("is nothing of a field whose arguments are wrong, and of a document that cannot run", () => {
    const [caption, tokens] = [`caption(${image}) { text }`, "options: { maxTokens: 100000 }"];
    expect(cost(`{ caption(${image}, ${tokens}) { text } a: ${caption} }`)).toBe(cost(`{ ${caption} }`));
    expect(cost(`{ caption(${image}, model: "none") { text } }`)).toBe(0);
    expect(cost(`query ($n: Int!) { retrieveImages(text: "a", rerank: $n) { edges { score } } }`)).toBe(0);
    expect(cost("{ models { name } images { totalCount } }")).toBe(0);
  });
});

describe("what a chat takes of the device", () => {
  const query = "subscription ($input: ChatInput!, $after: Int) { chat(input: $input, after: $after) { seq } }";
  const input = { generationId: "mine", messages: [{ role: "USER", text: "hello" }] };

  it("grows with its pictures and its text", () => {
    const saying = (message: object): number => cost(query, { input: { messages: [{ role: "USER", ...message }] } });
    const images = Array.from({ length: 4 }, () => ({ id: "x" }));
    expect(saying({ text: "hello", images })).toBeGreaterThan(saying({ text: "hello", images: images.slice(0, 1) }));
    expect(saying({ text: "hello ".repeat(99) })).toBeGreaterThan(saying({ text: "hello" }));
  });

  it("is nothing for who goes on with one, or watches", async () => {
    expect(cost(query, { input })).toBeGreaterThan(0);
    expect(cost(query, { input, after: 3 })).toBe(0);
    expect(cost(query, { input: { ...input, messages: [] } })).toBe(0);
    const known = start(generations, "acme/mine");
    expect(cost(query, { input })).toBe(0);
    known.cancel();
    await expect.poll(() => known.isEnded).toBe(true);
  });
});

it("models run in fields of root types only, where they are looked for", () => {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const planned = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) =>
      Object.values(type.getFields()).flatMap(({ name, extensions }) => {
        const hasPlan = (extensions.cost as { plan?: unknown } | undefined)?.plan !== undefined;
        return hasPlan ? [{ name, isRoot: roots.includes(type) }] : [];
      }),
    );
  expect(planned.every(({ isRoot }) => isRoot)).toBe(true);
  expect(planned.map(({ name }) => name).sort()).toEqual([
    "addImages",
    "caption",
    "chat",
    "compare",
    "match",
    "retrieveImages",
    "retrieveTexts",
    "similarImages",
    "vqa",
  ]);
});
