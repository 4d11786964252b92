import type { ModelFamily, TaskName } from "../inference/index.ts";

/** An official checkpoint that is served as its files stand. */
export interface CatalogueEntry {
  /** The repository's last part, by which it is asked for. */
  readonly name: string;
  readonly repository: string;
  readonly family: ModelFamily;
  readonly tasks: readonly TaskName[];
  /** Where it is known without asking the hub. */
  readonly licence?: string;
  /** Millions, by the shapes of its class; tied matrices once. */
  readonly megaParameters: number;
  /** Where its files hold tied matrices more than once: with all of them. */
  readonly storedMegaParameters?: number;
  /** Bytes of a parameter in its files. */
  readonly storedBytes: 2 | 4;
}

type Kind = Omit<CatalogueEntry, "name" | "repository"> & { readonly repositories: readonly string[] };

const describing = ["CAPTION"] as const;
const answering = ["VQA"] as const;
const retrieving = ["MATCH", "EMBED"] as const;
const conversing = ["CAPTION", "VQA", "CHAT"] as const;
const blip = { family: "BLIP", licence: "bsd-3-clause", storedBytes: 4 } as const;
const blip2 = { family: "BLIP2", licence: "mit", storedBytes: 4 } as const;
const llava = { family: "LLAVA", tasks: conversing, storedBytes: 2 } as const;

/** Sizes: models.md §1.1, 2.1, 3 and 11. The licence of BLIP-2 with OPT is that of its repository; OPT has terms of its own. */
const kinds: readonly Kind[] = [
  {
    ...blip,
    tasks: describing,
    megaParameters: 224,
    storedMegaParameters: 247.4,
    repositories: ["Salesforce/blip-image-captioning-base"],
  },
  {
    ...blip,
    tasks: describing,
    megaParameters: 446.3,
    storedMegaParameters: 469.8,
    repositories: ["Salesforce/blip-image-captioning-large"],
  },
  {
    ...blip,
    tasks: answering,
    megaParameters: 361.2,
    storedMegaParameters: 384.7,
    repositories: ["Salesforce/blip-vqa-base", "Salesforce/blip-vqa-capfilt-large"],
  },
  {
    ...blip,
    tasks: retrieving,
    megaParameters: 223.7,
    repositories: ["Salesforce/blip-itm-base-coco", "Salesforce/blip-itm-base-flickr"],
  },
  {
    ...blip,
    tasks: retrieving,
    megaParameters: 446,
    repositories: ["Salesforce/blip-itm-large-coco", "Salesforce/blip-itm-large-flickr"],
  },
  {
    ...blip2,
    tasks: conversing,
    megaParameters: 3745,
    repositories: ["Salesforce/blip2-opt-2.7b", "Salesforce/blip2-opt-2.7b-coco"],
  },
  {
    ...blip2,
    tasks: conversing,
    megaParameters: 3942,
    repositories: ["Salesforce/blip2-flan-t5-xl", "Salesforce/blip2-flan-t5-xl-coco"],
  },
  {
    ...blip2,
    tasks: retrieving,
    megaParameters: 1172,
    repositories: ["Salesforce/blip2-itm-vit-g", "Salesforce/blip2-itm-vit-g-coco"],
  },
  { ...llava, licence: "llama2", megaParameters: 7063, repositories: ["llava-hf/llava-1.5-7b-hf"] },
  { ...llava, licence: "llama2", megaParameters: 13_351, repositories: ["llava-hf/llava-1.5-13b-hf"] },
  {
    ...llava,
    licence: "tongyi-qianwen-research (no commercial use)",
    megaParameters: 864,
    repositories: ["llava-hf/llava-interleave-qwen-0.5b-hf"],
  },
  { ...llava, megaParameters: 7567, repositories: ["llava-hf/llava-v1.6-mistral-7b-hf"] },
  { ...llava, megaParameters: 7566, repositories: ["llava-hf/bakLlava-v1-hf"] },
];

/** Bytes of a checkpoint's weight files. */
export function diskBytes({
  megaParameters,
  storedMegaParameters = megaParameters,
  storedBytes,
}: CatalogueEntry): number {
  return 1e6 * storedMegaParameters * storedBytes;
}

/** The official checkpoints, family by family. */
export const catalogue: readonly CatalogueEntry[] = kinds.flatMap(({ repositories, ...kind }) =>
  repositories.map((repository) => ({ ...kind, repository, name: repository.split("/")[1]! })),
);

/** The repository that a name stands for: a catalogue's name, or a repository as owner/name; undefined for anything else. */
export function repositoryOf(name: string): string | undefined {
  const known = catalogue.find((entry) => entry.name === name || entry.repository === name);
  if (known) return known.repository;
  return /^[\w][\w.-]{0,95}\/[\w][\w.-]{0,95}$/.test(name) && !name.includes("..") ? name : undefined;
}
