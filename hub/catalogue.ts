import type { CachedDecoder, ModelFamily, TaskName } from "../inference/index.ts";

/** An official checkpoint that is served as its files stand. */
export interface CatalogueEntry {
  /** The repository's last part, by which it is asked for. */
  readonly name: string;
  readonly repository: string;
  /** The commit that is known to serve, or "main" where none is known. */
  readonly revision: string;
  readonly family: ModelFamily;
  readonly tasks: readonly TaskName[];
  /** Where it is known without asking the hub. */
  readonly licence?: string;
  /** Millions, by the shapes of its class; tied matrices once. */
  readonly megaParameters: number;
  /** Where its files hold tied matrices more than once: with all of them. */
  readonly storedMegaParameters?: number;
  /** Of its networks' widest states. */
  readonly width: number;
  /** What its keys and values are like; absent where nothing is decoded. */
  readonly decoder?: CachedDecoder;
  /** Bytes of a parameter in its files. */
  readonly storedBytes: 2 | 4;
}

type Kind = Omit<CatalogueEntry, "name" | "repository" | "revision"> & {
  /** As owner/name@commit, or owner/name. */
  readonly repositories: readonly string[];
};

const USUAL = "main";

const describing = ["CAPTION"] as const;
const answering = ["VQA"] as const;
const retrieving = ["MATCH", "EMBED"] as const;
const conversing = ["CAPTION", "VQA", "CHAT"] as const;
const bert = { layers: 12, heads: 12, headDim: 64, maxPositions: 512, hasMemory: true } as const;
const mistral = { layers: 32, heads: 8, headDim: 128, maxPositions: 32_768, hasMemory: false } as const;
const blip = { family: "BLIP", licence: "bsd-3-clause", storedBytes: 4 } as const;
const blip2 = { family: "BLIP2", licence: "mit", storedBytes: 4 } as const;
const llava = { family: "LLAVA", tasks: conversing, storedBytes: 2 } as const;

/** Sizes: models.md §1.1, 2.1, 3 and 11. The licence of BLIP-2 with OPT is that of its repository; OPT has terms of its own. */
const kinds: readonly Kind[] = [
  {
    ...blip,
    tasks: describing,
    decoder: bert,
    megaParameters: 224,
    width: 768,
    storedMegaParameters: 247.4,
    repositories: ["Salesforce/blip-image-captioning-base@82a37760796d32b1411fe092ab5d4e227313294b"],
  },
  {
    ...blip,
    tasks: describing,
    decoder: bert,
    megaParameters: 446.3,
    width: 1024,
    storedMegaParameters: 469.8,
    repositories: ["Salesforce/blip-image-captioning-large@353689b859fcf0523410b1806dace5fb46ecdf41"],
  },
  {
    ...blip,
    tasks: answering,
    decoder: bert,
    megaParameters: 361.2,
    width: 768,
    storedMegaParameters: 384.7,
    repositories: [
      "Salesforce/blip-vqa-base@787b3d35d57e49572baabd22884b3d5a05acf072",
      "Salesforce/blip-vqa-capfilt-large@e53f95265aeab69013fabb5380500ab984adbbb4",
    ],
  },
  {
    ...blip,
    tasks: retrieving,
    megaParameters: 223.7,
    width: 768,
    repositories: [
      "Salesforce/blip-itm-base-coco@bed8ad38cb2d04a5a4bdf2d071b3c3c0a4aa724c",
      "Salesforce/blip-itm-base-flickr@1de29e660d91ae1786c1876212ea805a22eab251",
    ],
  },
  {
    ...blip,
    tasks: retrieving,
    megaParameters: 446,
    width: 1024,
    repositories: [
      "Salesforce/blip-itm-large-coco@fef05cafc05298067cbbca00b125749394a77a6f",
      "Salesforce/blip-itm-large-flickr@bda12e6506758f54261b5ab174b2c55a3ba143fb",
    ],
  },
  {
    ...blip2,
    tasks: conversing,
    megaParameters: 3745,
    decoder: { layers: 32, heads: 32, headDim: 80, maxPositions: 2048, hasMemory: false },
    width: 2560,
    repositories: [
      "Salesforce/blip2-opt-2.7b@59a1ef6c1e5117b3f65523d1c6066825bcf315e3",
      "Salesforce/blip2-opt-2.7b-coco",
    ],
  },
  {
    ...blip2,
    tasks: conversing,
    megaParameters: 3942,
    decoder: { layers: 24, heads: 32, headDim: 64, maxPositions: 512, hasMemory: true },
    width: 2048,
    repositories: [
      "Salesforce/blip2-flan-t5-xl@0eb0d3b46c14c1f8c7680bca2693baafdb90bb28",
      "Salesforce/blip2-flan-t5-xl-coco",
    ],
  },
  {
    ...blip2,
    tasks: retrieving,
    megaParameters: 1172,
    width: 1408,
    repositories: [
      "Salesforce/blip2-itm-vit-g@520bf73fd0ef6ccce791cd3f06908040aef2d8cc",
      "Salesforce/blip2-itm-vit-g-coco",
    ],
  },
  {
    ...llava,
    licence: "llama2",
    megaParameters: 7063,
    decoder: { layers: 32, heads: 32, headDim: 128, maxPositions: 4096, hasMemory: false },
    width: 4096,
    repositories: ["llava-hf/llava-1.5-7b-hf@b234b804b114d9e37bb655e11cbbb5f5e971b7a9"],
  },
  {
    ...llava,
    licence: "llama2",
    megaParameters: 13_351,
    decoder: { layers: 40, heads: 40, headDim: 128, maxPositions: 4096, hasMemory: false },
    width: 5120,
    repositories: ["llava-hf/llava-1.5-13b-hf@5dda2880bda009266dda7c4baff660b95ca64540"],
  },
  {
    ...llava,
    licence: "tongyi-qianwen-research (no commercial use)",
    megaParameters: 864,
    decoder: { layers: 24, heads: 16, headDim: 64, maxPositions: 32_768, hasMemory: false },
    width: 1152,
    repositories: ["llava-hf/llava-interleave-qwen-0.5b-hf@1090956dd1c79bc93ae98dcf395590369435ec91"],
  },
  {
    ...llava,
    megaParameters: 7567,
    decoder: mistral,
    width: 4096,
    repositories: ["llava-hf/llava-v1.6-mistral-7b-hf@52320fb52229c8d942b1dcb8b63b3dc8087bc83b"],
  },
  {
    ...llava,
    megaParameters: 7566,
    decoder: { ...mistral, maxPositions: 4096 },
    width: 4096,
    repositories: ["llava-hf/bakLlava-v1-hf"],
  },
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
  repositories.map((pinned) => {
    const [repository = "", revision = USUAL] = pinned.split("@");
    return { ...kind, repository, revision, name: repository.split("/")[1]! };
  }),
);

/** What of a repository is served where nobody says: the catalogue's commit, or what its main branch is when it is pulled. */
export function revisionOf(repository: string): string {
  return catalogue.find((entry) => entry.repository === repository)?.revision ?? USUAL;
}

/** The repository that a name stands for: a catalogue's name, or a repository as owner/name; undefined for anything else. */
export function repositoryOf(name: string): string | undefined {
  const known = catalogue.find((entry) => entry.name === name || entry.repository === name);
  if (known) return known.repository;
  return /^[\w][\w.-]{0,95}\/[\w][\w.-]{0,95}$/.test(name) && !name.includes("..") ? name : undefined;
}
