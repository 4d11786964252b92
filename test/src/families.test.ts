import { expect, it } from "vitest";
import { model } from "../gallery/fake-inference.ts";
import { TalkingInference } from "./talking-inference.ts";
import { ask, inBase64, startTestServer } from "./test-server.ts";
import { threeFamilies } from "./three-families.ts";

it("searches, compares and ranks by the family that is named", async () => {
  const blip2 = model("blip2-retrieval", { family: "BLIP2", tasks: ["MATCH", "EMBED"] });
  await using both = await startTestServer({ inference: new TalkingInference([...threeFamilies, blip2]) });
  const images = ["dog fish", "cat", "boat"].map((words) => ({ image: inBase64(words), caption: words }));
  await ask(
    both.url,
    "mutation ($images: [AddImageInput!]!) { addImages(input: { images: $images }) { images { id } } }",
    { images },
  );
  const { data, errors } = await ask(
    both.url,
    `query ($image: ImageInput!) {
        match(image: $image, text: "dog", family: BLIP2) { model { name } }
        retrieveImages(text: "fish", first: 1, family: BLIP2, rerank: 0) { edges { node { caption } similarity } }
        whole: retrieveImages(text: "fish", first: 1, family: BLIP, rerank: 0) { edges { node { caption } similarity } }
        similarImages(image: $image, first: 1, family: BLIP2) { edges { node { caption } similarity } }
        retrieveTexts(image: $image, texts: ["cat", "dog"], family: BLIP2, rerank: 0) { text similarity }
      }`,
    { image: inBase64("dog hat") },
  );
  expect(errors).toEqual([]);
  const fish = { node: { caption: "dog fish" } };
  const one = expect.closeTo(1, 5) as number;
  expect(data).toMatchObject({
    match: { model: { name: "blip2-retrieval" } },
    // BLIP-2 has a vector for each word here, BLIP one for the picture.
    retrieveImages: { edges: [{ ...fish, similarity: one }] },
    whole: { edges: [fish] },
    similarImages: { edges: [{ ...fish, similarity: one }] },
    retrieveTexts: [{ text: "dog", similarity: one }, { text: "cat" }],
  });
  const [edge] = (data!.whole as { edges: { similarity: number }[] }).edges;
  expect(edge!.similarity).toBeLessThan(0.99);
});
