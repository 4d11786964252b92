import { catalogue } from "../../hub/index.ts";
import { blip2OptParts, blip2RetrievalParts, blip2T5Parts } from "./blip-2.ts";
import { blipParts } from "./blip.ts";
import { GeneratedFile } from "./generated-file.ts";
import { bakLlava, llava1513b, llava157b, llava16Mistral, llavaInterleave } from "./llava.ts";
import type { StoredTensor } from "./numbers.ts";
import type { OfficialParts } from "./parts.ts";
import { safetensorsFiles, type Files } from "./safetensors-files.ts";
import { torchFile } from "./torch-file.ts";

/** A repository of the catalogue as it is published, but for its numbers, which are random. */
export interface OfficialRepository {
  /** As owner/name. */
  readonly repository: string;
  readonly files: Files;
}

/** By the catalogue's names; each makes the whole, or the same with fewer layers in each tower. */
const parts: Readonly<Record<string, (layers?: number) => OfficialParts>> = {
  "blip-image-captioning-base": (layers) =>
    blipParts("BlipForConditionalGeneration", { vision: "ViT-B", file: "torch", layers }),
  "blip-image-captioning-large": (layers) =>
    blipParts("BlipForConditionalGeneration", { vision: "ViT-L", file: "torch", layers }),
  "blip-vqa-base": (layers) => blipParts("BlipForQuestionAnswering", { vision: "ViT-B", file: "safetensors", layers }),
  "blip-vqa-capfilt-large": (layers) =>
    blipParts("BlipForQuestionAnswering", { vision: "ViT-B", file: "torch", layers }),
  "blip-itm-base-coco": (layers) => blipParts("BlipForImageTextRetrieval", { vision: "ViT-B", file: "torch", layers }),
  "blip-itm-base-flickr": (layers) =>
    blipParts("BlipForImageTextRetrieval", { vision: "ViT-B", file: "torch", layers }),
  "blip-itm-large-coco": (layers) =>
    blipParts("BlipForImageTextRetrieval", { vision: "ViT-L", file: "safetensors", layers }),
  "blip-itm-large-flickr": (layers) =>
    blipParts("BlipForImageTextRetrieval", { vision: "ViT-L", file: "torch", layers }),
  "blip2-opt-2.7b": (layers) => blip2OptParts({ side: 224, layers }),
  "blip2-opt-2.7b-coco": (layers) => blip2OptParts({ side: 364, layers }),
  "blip2-flan-t5-xl": (layers) => blip2T5Parts({ side: 224, layers }),
  "blip2-flan-t5-xl-coco": (layers) => blip2T5Parts({ side: 364, layers }),
  "blip2-itm-vit-g": (layers) => blip2RetrievalParts({ side: 224, layers }),
  "blip2-itm-vit-g-coco": (layers) => blip2RetrievalParts({ side: 364, layers }),
  "llava-1.5-7b-hf": llava157b,
  "llava-1.5-13b-hf": llava1513b,
  "llava-interleave-qwen-0.5b-hf": llavaInterleave,
  "llava-v1.6-mistral-7b-hf": llava16Mistral,
  "bakLlava-v1-hf": bakLlava,
};

/** A repository by its name in the catalogue. Throws a RangeError for another name. */
export function officialRepository(name: string, layers?: number): OfficialRepository {
  const make = parts[name];
  const repository = catalogue.find((entry) => entry.name === name)?.repository;
  if (make === undefined || repository === undefined) throw new RangeError(`${name}: not in the catalogue`);
  const { texts, tensors, dtype, weights } = make(layers);
  const small = Object.entries(texts).map(([file, text]) => [file, GeneratedFile.of(text)] as const);
  const stored = tensors.map((tensor): StoredTensor => ({ dtype, ...tensor }));
  return { repository, files: { ...Object.fromEntries(small), ...weightFiles(stored, weights) } };
}

function weightFiles(tensors: readonly StoredTensor[], weights: OfficialParts["weights"]): Files {
  if (weights === "torch") return { "pytorch_model.bin": torchFile(tensors) };
  return safetensorsFiles(tensors, weights.shardBytes);
}
