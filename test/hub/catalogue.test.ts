import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { catalogue, diskBytes, gigabytes, repositoryOf, revisionOf } from "../../hub/index.ts";
import { listing } from "../../src/cli/list-models.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const golden = join(import.meta.dirname, "../golden/blip/captioning-base");

/** Puts a folder into the cache as the main branch of a repository, with a card where its front matter is given. */
function cached(home: string, repository: string, from: string, frontMatter?: string): void {
  const folder = join(home, "hub", `models--${repository.replace("/", "--")}`);
  const commit = "0".repeat(40);
  cpSync(from, join(folder, "snapshots", commit), { recursive: true });
  mkdirSync(join(folder, "refs"));
  writeFileSync(join(folder, "refs/main"), commit);
  if (frontMatter !== undefined) {
    writeFileSync(join(folder, "snapshots", commit, "README.md"), `---\n${frontMatter}\n---\n`);
  }
}

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

  it("names commits where they are known", () => {
    const revisions = catalogue.map(({ revision }) => revision);
    expect(revisions.filter((revision) => !/^([0-9a-f]{40}|main)$/.test(revision))).toEqual([]);
    const commits = revisions.filter((revision) => revision !== "main");
    expect(new Set(commits).size).toBe(commits.length);
    expect(revisionOf("Salesforce/blip-vqa-base")).toMatch(/^787b3d35/);
    expect(["llava-hf/bakLlava-v1-hf", "a/b"].map(revisionOf)).toEqual(["main", "main"]);
  });

  it("is listed with what else is in the cache and can be served, by the licences of their cards", () => {
    const home = temporaryFolder("hub-home");
    cached(home, "tiny/model", golden);
    cached(home, "tiny/other", join(golden, "../../text"));
    cached(home, "llava-hf/bakLlava-v1-hf", golden, "license: apache-2.0");
    const lines = listing({ HF_HOME: home }).split("\n");
    expect(lines.filter((line) => line.startsWith("tiny/"))).toEqual([
      expect.stringMatching(/^tiny\/model +BLIP +CAPTION .* main +yes +see its page$/),
    ]);
    expect(lines.find((line) => line.startsWith("bakLlava"))).toMatch(/main +yes +apache-2\.0$/);
  });

  it.each(["a/../b", "..", "a/b/c", "/a/b", "a b/c", ""])("takes %j for no repository", (name) => {
    expect(repositoryOf(name)).toBeUndefined();
  });
});
