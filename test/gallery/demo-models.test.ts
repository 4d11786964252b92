import { join } from "node:path";
import { expect, test } from "vitest";
import { Gallery } from "../../gallery/gallery.ts";
import { startTinyInference } from "../support/tiny-inference.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = join(import.meta.dirname, "../..");
const examples = join(root, "examples");

const retrievers = ["demo-blip-retrieval", "demo-blip2-itm"];

test.each(retrievers)(
  "%s finds nine in ten of the examples first by their captions, and their captions first by them",
  async (model) => {
    const inference = startTinyInference({ models: [{ name: model, folder: join(root, "checkpoints", model) }] });
    const problems: string[] = [];
    const gallery = await Gallery.open(await temporaryFolder(), inference, {
      report: (problem) => problems.push(problem),
    });
    gallery.start({ examples });
    await gallery.settled();
    const { edges } = await gallery.page({ first: 100 });
    const pictures = edges.map(({ picture }) => ({ id: picture.id, caption: picture.caption! }));
    const texts = pictures.map(({ caption }) => caption);
    let found = 0;
    let named = 0;
    for (const { id, caption } of pictures) {
      const { hits } = await gallery.searchByText({ model, text: caption, first: 1, rerank: 8 });
      const [text] = await gallery.rankTexts({ model, image: { id }, texts, first: 1, rerank: 8 });
      found += Number(hits[0]!.picture.caption === caption);
      named += Number(text!.text === caption);
    }
    expect(problems).toEqual([]);
    expect(pictures.length).toBeGreaterThanOrEqual(10);
    expect(found / pictures.length).toBeGreaterThanOrEqual(0.9);
    expect(named / pictures.length).toBeGreaterThanOrEqual(0.9);
    await gallery.close();
    await inference.close();
  },
);
