import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeGlobalId } from "../../resolvers/global-id.ts";
import type { TalkingInference } from "./talking-inference.ts";
import { ask, inBase64, startTestServer, type TestServer } from "./test-server.ts";

let server: TestServer<TalkingInference>;
beforeAll(async () => void (server = await startTestServer()));
afterAll(() => server[Symbol.asyncDispose]());

const image = inBase64("cat");
const captionOf =
  "query ($image: ImageInput!) { caption(image: $image) { text tokens finishReason model { id name } timing { totalMs } } }";

describe("what a document can ask", () => {
  it("captions a picture", async () => {
    const { status, data, errors } = await ask(server.url, captionOf, { image });
    expect(errors).toEqual([]);
    expect(status).toBe(200);
    expect(data?.caption).toMatchObject({
      text: "cat",
      tokens: 1,
      finishReason: "STOP",
      model: { id: encodeGlobalId("Model", "demo-caption"), name: "demo-caption" },
    });
  });

  it("continues a prompt", async () => {
    const { data } = await ask(
      server.url,
      'query ($image: ImageInput!) { caption(image: $image, prompt: "a ") { text } }',
      { image },
    );
    expect(data?.caption).toEqual({ text: "a cat" });
  });

  it("answers questions, and ranks choices", async () => {
    const { data } = await ask(
      server.url,
      `query ($image: ImageInput!) {
        free: vqa(image: $image, question: "what?") { text ranking { text } }
        ranked: vqa(image: $image, question: "what?", choices: ["b", "a"]) { text ranking { text score } }
      }`,
      { image },
    );
    expect(data).toEqual({
      free: { text: "what? cat", ranking: null },
      ranked: {
        text: "b",
        ranking: [
          { text: "b", score: 0 },
          { text: "a", score: -1 },
        ],
      },
    });
  });

  it("matches", async () => {
    const { data } = await ask(
      server.url,
      'query ($image: ImageInput!) { match(image: $image, text: "cat") { probability similarity model { name } } }',
      { image },
    );
    expect(data?.match).toMatchObject({
      probability: expect.closeTo(1, 1) as number,
      model: { name: "demo-retrieval" },
    });
  });

  it("keeps, finds, compares and removes pictures", async () => {
    const added = await ask(
      server.url,
      `mutation ($images: [AddImageInput!]!) { addImages(input: { images: $images }) { images { id url sha256 caption createdAt } } }`,
      {
        images: [
          { image: inBase64("dog"), caption: "a dog" },
          { image: inBase64("fish") },
          { image: inBase64("dog bone") },
        ],
      },
    );
    expect(added.errors).toEqual([]);
    const pictures = (added.data!.addImages as { images: { id: string; url: string; sha256: string }[] }).images;
    const [dog, fish, bone] = pictures;
    expect(dog).toMatchObject({
      id: encodeGlobalId("Image", dog!.sha256),
      url: `/images/${dog!.sha256}`,
      caption: "a dog",
    });

    const found = await ask(
      server.url,
      `query ($dog: ID!, $texts: [String!]!) {
        retrieveImages(text: "dog", first: 2) { edges { node { id } similarity probability score cursor } pageInfo { hasNextPage endCursor } }
        similarImages(image: { id: $dog }, first: 1) { edges { node { id } probability } }
        retrieveTexts(image: { id: $dog }, texts: $texts) { text index }
        node(id: $dog) { __typename id }
        nodes(ids: [$dog, "${encodeGlobalId("Model", "demo-vqa")}", "${encodeGlobalId("Model", "gone")}"]) { __typename }
      }`,
      { dog: dog!.id, texts: ["fish", "dog"] },
    );
    expect(found.errors).toEqual([]);
    expect(found.data).toMatchObject({
      retrieveImages: {
        edges: [{ node: { id: dog!.id } }, { node: { id: bone!.id } }],
        pageInfo: { hasNextPage: true },
      },
      similarImages: { edges: [{ node: { id: bone!.id }, probability: null }] },
      retrieveTexts: [
        { text: "dog", index: 1 },
        { text: "fish", index: 0 },
      ],
      node: { __typename: "Image", id: dog!.id },
      nodes: [{ __typename: "Image" }, { __typename: "Model" }, null],
    });

    const removed = await ask(
      server.url,
      "mutation ($ids: [ID!]!) { removeImages(input: { ids: $ids }) { removedIds } }",
      {
        ids: [fish!.id, fish!.id],
      },
    );
    expect(removed.data).toEqual({ removeImages: { removedIds: [fish!.id] } });
  });

  it("pages through the gallery", async () => {
    const words = Array.from({ length: 5 }, (_, i) => `page ${i}`);
    const images = words.map((text) => ({ image: inBase64(text), caption: text }));
    await ask(
      server.url,
      "mutation ($images: [AddImageInput!]!) { addImages(input: { images: $images }) { images { id } } }",
      { images },
    );
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { data }: { data: unknown } = await ask(
        server.url,
        "query ($after: String) { images(first: 2, after: $after) { totalCount edges { node { caption } } pageInfo { hasNextPage endCursor } } }",
        { after },
      );
      const page = (
        data as {
          images: { edges: { node: { caption: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
        }
      ).images;
      seen.push(...page.edges.map(({ node }) => node.caption));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen.slice(0, 5)).toEqual(words.toReversed());
  });

  it("lists models and shows the scheduler", async () => {
    const { data } = await ask(
      server.url,
      "{ models(task: VQA) { name family tasks state } all: models { name } none: models(family: LLAVA) { name } scheduler { devices { id models { model { name } networks { name } } } } }",
    );
    expect(data).toMatchObject({
      models: [{ name: "demo-vqa", family: "BLIP", tasks: ["VQA"], state: "READY" }],
      all: [{ name: "demo-caption" }, { name: "demo-vqa" }, { name: "demo-retrieval" }],
      none: [],
      scheduler: { devices: [{ id: "cpu:0" }] },
    });
  });

  it("hands all fields of a document to inference before any is answered", async () => {
    let waiting = 0;
    let release = (): void => undefined;
    const all = new Promise<void>((resolve) => (release = resolve));
    server.inference.before = async () => {
      if (++waiting === 3) release();
      await all;
    };
    const { data } = await ask(
      server.url,
      'query ($image: ImageInput!) { a: caption(image: $image) { text } b: caption(image: $image) { text } c: vqa(image: $image, question: "what?") { text } }',
      { image },
    );
    server.inference.before = () => undefined;
    expect(data).toMatchObject({ a: { text: "cat" }, b: { text: "cat" }, c: { text: "what? cat" } });
  });

  it("answers in the order of the document, whatever is done first", async () => {
    server.inference.before = (task) => new Promise((resolve) => setTimeout(resolve, task.kind === "caption" ? 60 : 0));
    const { data } = await ask(
      server.url,
      'query ($image: ImageInput!) { slow: caption(image: $image) { text } fast: vqa(image: $image, question: "?") { text } models { name id } }',
      { image },
    );
    server.inference.before = () => undefined;
    expect(JSON.stringify(data)).toMatch(/^{"slow":.*"fast":.*"models":\[{"name":.*,"id":/);
  });
});
