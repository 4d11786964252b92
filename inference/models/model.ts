import type { ImagePreprocessing } from "../image/preprocessing.ts";
import type { Target } from "../onnx/target.ts";
import type { Program, ProgramOutcome } from "../scheduling/program.ts";
import type { ModelInfo } from "../model-info.ts";
import type { ScoredText } from "../result.ts";
import type { ChatRole, GenerationOptions } from "../task.ts";
import type { Tensor } from "../tensor.ts";
import type { Tokenizer } from "../text/tokenizer.ts";

/** A network's graph, as the runtime takes it: a ModelProto whose weights are external data in files of `folder`. */
export interface BuiltNetwork {
  readonly bytes: Uint8Array;
  /** `undefined`: it has no weights. */
  readonly folder: string | undefined;
}

/** Writes a network's graph for where it shall run; without a target, for the CPU. */
export type BuildNetwork = (target?: Target) => BuiltNetwork;

/** The same of a network that is run in parts. */
export type BuildParts = (target?: Target) => readonly BuiltNetwork[];

export interface EncoderNetwork {
  readonly name: string;
  /**
   * Run one after the other; each takes inputs of the network and what earlier ones gave, and gives some of the results, or
   * what later ones take.
   */
  readonly build: BuildParts;
  /** Whether its results are kept by key after their requests are gone. */
  readonly cached: boolean;
}

/**
 * A decoder's graph speaks of rows: each sequence of the batch brings some new tokens, each of which sees the rows that
 * its mask lets it see (ancestors of a beam, the prompt before it, all of a prefix). Every language model's graph has
 * these inputs, as far as it needs them, and all of these outputs; `decoderNetwork` in decoder-network.ts makes them.
 *
 * inputs:  input_ids, position_ids int64 [batch, rows] · mask float32 [batch, 1, rows, past + rows], additive ·
 *          past_k.N, past_v.N [batch, heads, past, headDim] in the target's dtype of the cache; on WebGPU past is at least 1 ·
 *          with memory: memory_k.N, memory_v.N [batch, heads, memory, headDim], likewise, memory_mask float32
 *          [batch, 1, 1, memory], additive ·
 *          with features: features float32 [featured, featureWidth], each in place of the embedding of the row that
 *          feature_rows int64 [featured, 2] names by its place in the batch and in its rows; featured may be 0 ·
 *          with relative positions, in place of position_ids: distances int64 [batch, rows, past + rows], how many
 *          positions back the row looks; 0 where it does not look ·
 *          with a chunk beside these (`Target.mixes`), input_ids and position_ids are [1, batch × rows + chunk], feature_rows
 *          name places in these, and the chunk's rows of one sequence have chunk_mask float32
 *          [1, 1, chunk, chunk past + chunk], chunk_past_k.N, chunk_past_v.N [1, heads, chunk past, headDim]; chunk may be 0 ·
 *          logit_rows int64 [wanted], indexes into all rows · top_k int64 [1], at most the vocabulary
 * outputs: logits float32 [wanted, vocabulary], suppressed tokens at MASKED · the k largest, largest first, of equals the
 *          lower id first: top_logits float32 [wanted, k], top_ids int64 [wanted, k] · log_total float32 [wanted], the
 *          logarithm of the sum of all exponentials, so that log P = logit − log_total ·
 *          k.N, v.N [batch, heads, rows, headDim], as past_k.N and past_v.N are taken · with a chunk, chunk_k.N, chunk_v.N
 */
export interface DecoderNetwork extends DecoderShape {
  readonly build: BuildNetwork;
}

export interface DecoderShape {
  readonly layers: number;
  /** Of keys and values. */
  readonly heads: number;
  /** Queries of a row that look at one head of keys and values; one without it. */
  readonly queriesPerHead?: number;
  readonly headDim: number;
  readonly vocabularySize: number;
  readonly maxPositions: number;
  readonly hasMemory: boolean;
  /** Width of a row that comes as a feature of a picture instead of as a token; absent where none does. */
  readonly featureWidth?: number;
}

/** What the compute thread needs of a model. */
export interface Networks {
  readonly encoders: readonly EncoderNetwork[];
  readonly decoder?: DecoderNetwork;
}

/** A decoded and preprocessed picture, named by its content. */
export interface Picture {
  readonly sha256: string;
  /** Of the picture as it was sent, upright, in its own pixels. */
  readonly width: number;
  readonly height: number;
  /** What the vision tower sees, [3, height, width] each: the whole picture, then its tiles where the model cuts it up. */
  readonly views: readonly [Tensor, ...Tensor[]];
}

/** A request made ready: what to compute, and what its outcome means. */
export interface Prepared<T> {
  readonly program: Program;
  readonly finish: (outcome: ProgramOutcome) => T;
}

export interface GeneratedText {
  readonly tokenIds: readonly number[];
  readonly finishReason: "STOP" | "LENGTH";
  readonly ranking?: readonly ScoredText[];
}

/** L2-normalised vectors of one picture or text, one after the other. Similarity is the largest dot product of any two. */
export interface Embedding {
  readonly values: Float32Array;
  readonly vectors: number;
}

/** A conversation so far; the model's turn is next. */
export interface Conversation {
  readonly messages: readonly Message[];
  /** Tokens of the answer that were settled before its worker died; it goes on after them. */
  readonly resumedTokenIds: readonly number[];
}

export interface Message {
  readonly role: ChatRole;
  readonly text: string;
  readonly pictures: readonly Picture[];
}

export interface MatchScores {
  readonly logit: number;
  readonly probability: number;
  readonly similarity: number;
}

/** What a model can be asked, in its own words; a task it cannot do is absent. Prompts are checked here: PROMPT_TOO_LONG. */
export interface Programs {
  readonly caption?: (
    picture: Picture,
    prompt: string | undefined,
    options: GenerationOptions,
  ) => Prepared<GeneratedText>;
  readonly answer?: (
    picture: Picture,
    question: string,
    choices: readonly string[] | undefined,
    options: GenerationOptions,
  ) => Prepared<GeneratedText>;
  readonly match?: (picture: Picture, text: string) => Prepared<MatchScores>;
  readonly embedImage?: (picture: Picture) => Prepared<Embedding>;
  readonly embedText?: (text: string) => Prepared<Embedding>;
  readonly chat?: (conversation: Conversation, options: GenerationOptions) => Prepared<GeneratedText>;
}

/** What there is to say about a checkpoint, wherever it is served. */
export type ModelDetails = Pick<ModelInfo, "family" | "tasks" | "dtype" | "parameters" | "digest" | "licence">;

/** The same without what takes reading all of its bytes. */
export type ModelAbout = Omit<ModelDetails, "digest">;

/** An open checkpoint. Opening reads no weights; each part is asked for by the thread that needs it. */
export interface Model {
  readonly preprocessing: ImagePreprocessing;
  /** Of its language model, as config.json has it; absent where it generates nothing. */
  readonly decoder?: DecoderShape;
  /** Builds every graph. Throws where the weights do not fit, or some are left over. */
  readonly networks: () => Networks;
  /** `name` is what the programs call the model. */
  readonly programs: (tokenizer: Tokenizer, name: string) => Programs;
  readonly about: () => ModelAbout;
  /** Reads the whole checkpoint for its digest, unless that is remembered in the folder `memory`. */
  readonly info: (memory?: string) => Promise<ModelDetails>;
}
