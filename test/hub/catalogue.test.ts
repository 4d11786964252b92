import { describe, expect, it } from "vitest";
import { catalogue, diskBytes, gigabytes, repositoryOf } from "../../hub/index.ts";
import { listing } from "../../src/cli/list-models.ts";

describe("the catalogue", () => {
  // What the hub says of these weight files.
  it.each([
    ["blip-image-captioning-base", "0.99 GB"],
    ["blip-image-captioning-large", "1.88 GB"],
    ["blip-vqa-base", "1.54 GB"],
    ["blip-itm-base-coco", "0.89 GB"],
    ["blip-itm-large-coco", "1.78 GB"],
    ["blip2-flan-t5-xl", "15.77 GB"],
    ["llava-1.5-7b-hf", "14.13 GB"],
    ["llava-interleave-qwen-0.5b-hf", "1.73 GB"],
  ])("counts what %s takes on a disk, tied matrices as often as they are stored", (name, size) => {
    expect(gigabytes(diskBytes(catalogue.find((entry) => entry.name === name)!))).toBe(size);
  });

  it("is listed whole, a line for each with its sizes and licence", () => {
    const lines = listing({ HF_HOME: "/nowhere" }).split("\n");
    for (const entry of catalogue) {
      const line = lines.find((text) => text.startsWith(`${entry.name} `));
      expect(line).toContain(gigabytes(diskBytes(entry)));
      expect(line).toContain(entry.licence ?? "see its page");
    }
    expect(new Set(catalogue.map(({ repository }) => repository)).size).toBe(19);
  });

  it.each(["a/../b", "..", "a/b/c", "/a/b", "a b/c", ""])("takes %j for no repository", (name) => {
    expect(repositoryOf(name)).toBeUndefined();
  });
});
