import { join } from "node:path";
import type { Checkpoint } from "../../checkpoint/checkpoint.ts";
import { CheckpointError } from "../../checkpoint/checkpoint-error.ts";
import type { ImagePreprocessing } from "../../image/preprocessing.ts";
import type { ProcessorName } from "../../image/processors.ts";
import { loadChatTemplate, type ChatTemplate } from "../../text/chat-template.ts";
import type { Tokenizer } from "../../text/tokenizer.ts";
import { requireRows } from "../tokenizer-fit.ts";
import { modelDetails } from "../details.ts";
import { fitting } from "../fitting.ts";
import { readGenerationDefaults } from "../generation-defaults.ts";
import type { Model, Networks } from "../model.ts";
import { readPreprocessing } from "../preprocessing.ts";
import { llamaShape } from "../llama/shape.ts";
import { patchesAcross } from "../clip/config.ts";
import { featureRows, readLlavaConfig, type LlavaConfig } from "./config.ts";
import { findParts, unusedByTower } from "./layout.ts";
import { llavaNetworks, llavaNextNetworks, type LlavaSource } from "./networks.ts";
import { oneView, tiledViews } from "./picture-rows.ts";
import { llavaPrograms } from "./programs.ts";
import type { PictureRows } from "./prompts.ts";
import { readTokenIds } from "./token-ids.ts";
import { vicuna } from "./vicuna.ts";

/** What sets one of transformers' LLaVA classes apart. */
interface LlavaClass {
  /** Whether it looks at tiles of a picture too. */
  readonly sees: "a view" | "tiles";
  readonly processor: ProcessorName;
  readonly networks: (source: LlavaSource) => Networks;
  readonly rowsOf: (model: string, config: LlavaConfig, preprocessing: ImagePreprocessing) => PictureRows;
}

const llava15: LlavaClass = {
  sees: "a view",
  processor: "CLIPImageProcessor",
  networks: llavaNetworks,
  rowsOf: (model, { vision }) => oneView(model, featureRows(vision)),
};

const llava16: LlavaClass = {
  sees: "tiles",
  processor: "LlavaNextImageProcessor",
  networks: llavaNextNetworks,
  rowsOf: (model, { vision }, { fit }) => {
    if (fit.kind !== "tiles") return oneView(model, featureRows(vision));
    return tiledViews(model, { tile: fit.width, side: patchesAcross(vision), grids: fit.grids });
  },
};

/** LLaVA's classes by the names that config.json calls them. */
export const llava = {
  LlavaForConditionalGeneration: (checkpoint: Checkpoint) => openLlava(checkpoint, llava15),
  LlavaNextForConditionalGeneration: (checkpoint: Checkpoint) => openLlava(checkpoint, llava16),
};

/** New tokens of an answer unless caller or checkpoint say otherwise. */
const MAX_TOKENS = 256;

function openLlava(checkpoint: Checkpoint, { sees, processor, networks, rowsOf }: LlavaClass): Model {
  const { folder } = checkpoint;
  const config = readLlavaConfig(folder);
  const preprocessing = readPreprocessing(folder, processor);
  requireSameSize(folder, config, preprocessing);
  requireViews(folder, { sees, config, preprocessing });
  const tokens = readTokenIds(folder, config);
  const defaults = readGenerationDefaults(folder, { maxTokens: MAX_TOKENS });
  return {
    preprocessing,
    decoder: llamaShape(config.text_config),
    networks: () => {
      const weights = findParts(checkpoint.weights);
      const build = () => networks({ weights, config, suppressedTokenIds: tokens.suppressed });
      return fitting(checkpoint, build, unusedByTower(weights.vision, config.vision));
    },
    programs: (tokenizer, model) => {
      requireTokens(folder, config, tokenizer);
      return llavaPrograms({
        model,
        tokenizer,
        template: loadChatTemplate(folder) ?? vicunaOf(tokenizer),
        imageTokenId: config.image_token_index,
        maxPositions: config.text_config.max_position_embeddings,
        rowsOf: rowsOf(model, config, preprocessing),
        eosTokenIds: tokens.ends,
        defaults,
      });
    },
    ...modelDetails(checkpoint, { family: "LLAVA", tasks: ["CAPTION", "VQA", "CHAT"] }),
  };
}

/** The tower has a learned place for each patch of its own size, and no other. */
function requireSameSize(folder: string, { vision }: LlavaConfig, { fit }: ImagePreprocessing): void {
  const side = vision.image_size;
  if (fit.width === side && fit.height === side) return;
  const problem = `vision_config.image_size is ${side}; pictures are prepared to ${fit.width} × ${fit.height}`;
  throw new CheckpointError(join(folder, "config.json"), problem);
}

/** Tiles are put together by their patches: a row for the whole picture has no place among them. */
function requireViews(
  folder: string,
  {
    sees,
    config: { vision },
    preprocessing: { fit },
  }: Pick<LlavaClass, "sees"> & {
    readonly config: LlavaConfig;
    readonly preprocessing: ImagePreprocessing;
  },
): void {
  if ((sees === "tiles") !== (fit.kind === "tiles")) {
    const problem = `pictures are prepared as ${fit.kind}, where the model sees ${sees}`;
    throw new CheckpointError(join(folder, "preprocessor_config.json"), problem);
  }
  if (sees === "a view" || featureRows(vision) === patchesAcross(vision) ** 2) return;
  const problem = "vision_feature_select_strategy: expected one that leaves a row for each patch of a tile";
  throw new CheckpointError(join(folder, "config.json"), problem);
}

function requireTokens(folder: string, config: LlavaConfig, tokenizer: Tokenizer): void {
  requireRows(folder, { key: "text_config.vocab_size", rows: config.text_config.vocab_size }, tokenizer);
  const id = tokenizer.idOf("<image>");
  if (id === config.image_token_index) return;
  const problem = `image_token_index: expected ${id ?? "the id"}, which is the tokenizer's <image>, found ${config.image_token_index}`;
  throw new CheckpointError(join(folder, "config.json"), problem);
}

function vicunaOf(tokenizer: Tokenizer): ChatTemplate {
  const end = tokenizer.idOf("</s>") === undefined ? "" : "</s>";
  return (messages) => vicuna(messages, end);
}
