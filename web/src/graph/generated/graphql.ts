/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends " $fragmentName" | "__typename" ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from "@graphql-typed-document-node/core";
/** A conversation that a model shall go on with. */
export type ChatInput = {
  /** Whose default model for the task runs, unless `model` names one. */
  family?: ModelFamily;
  /** Your name for the answer, up to 128 characters, best a random one. Sent again, it finds the answer instead of generating another. Without it, the server chooses one. */
  generationId?: string | null | undefined;
  /** Up to 64 turns: SYSTEM first, if at all, then USER and ASSISTANT in turns, USER last. An empty list with a generationId only watches. */
  messages: Array<ChatMessageInput>;
  /** A served model by id or name, whatever its family. Without it, the family's first that can chat. */
  model?: string | null | undefined;
  /** How to generate. */
  options?: GenerationOptions | null | undefined;
};

/** One turn of a conversation. */
export type ChatMessageInput = {
  /** Pictures that a USER message shows, up to 16 in a conversation; they come before its text. */
  images?: Array<ImageInput> | null | undefined;
  /** Who says it. */
  role: ChatRole;
  /** What is said; empty only beside images. */
  text: string;
};

/** Who says a message. */
export type ChatRole =
  /** The model, in an earlier turn. */
  | "ASSISTANT"
  /** Nobody: how the model shall behave. Only the first message can be one. */
  | "SYSTEM"
  /** The person. */
  | "USER";

/** Why a generated text ended. */
export type FinishReason =
  /** The client gave it up. */
  | "CANCELLED"
  /** It reached the most tokens allowed. */
  | "LENGTH"
  /** The model ended it, or a stop string came. */
  | "STOP";

/** How to generate a text. What is absent takes the model's own default. */
export type GenerationOptions = {
  /** The width of the beam search, 1 to 16. Excludes a temperature above 0. */
  beams?: number | null | undefined;
  /** Above 0 favours longer beams, below 0 shorter ones; -10 to 10. */
  lengthPenalty?: number | null | undefined;
  /** The most tokens to generate, 1 to 512. */
  maxTokens?: number | null | undefined;
  /** The fewest tokens to generate; at most maxTokens. */
  minTokens?: number | null | undefined;
  /** Above 1 makes tokens that were already used less likely; at most 10. */
  repetitionPenalty?: number | null | undefined;
  /** The same seed gives the same sample. */
  seed?: number | null | undefined;
  /** Ends the text before any of these: up to 4 strings of up to 64 characters. */
  stop?: Array<string> | null | undefined;
  /** 0 to 2. Above 0 samples; 0 takes the likeliest token. Excludes beams. */
  temperature?: number | null | undefined;
  /** Samples from this many of the likeliest tokens, 1 or more. */
  topK?: number | null | undefined;
  /** Samples from the likeliest tokens that together have this probability, up to 1. */
  topP?: number | null | undefined;
};

/** A picture: exactly one of these. */
export type ImageInput =
  | {
      /** The file's bytes in base64, raw or as a data URI. */
      base64: string;
      id?: never;
      upload?: never;
      url?: never;
    }
  | { base64?: never; /** The id of an Image of the gallery. */ id: string; upload?: never; url?: never }
  | { base64?: never; id?: never; /** A file of this multipart request. */ upload: File; url?: never }
  | {
      base64?: never;
      id?: never;
      upload?: never; /** An http or https URL on a public host, ports 80 and 443; redirects are followed three times. */
      url: string;
    };

/** A family of vision-language models. */
export type ModelFamily =
  /** Captions, answers, matching and retrieval with a text encoder and decoder over image states. */
  | "BLIP"
  /** A frozen image encoder and a language model, joined by a querying transformer. */
  | "BLIP2"
  /** A vision tower whose patches stand in the prompt of a chat model. */
  | "LLAVA";

/** Whether a model can answer now. */
export type ModelState =
  /** Could not be loaded, or does not fit into memory. */
  | "FAILED"
  /** Being loaded; requests wait. */
  | "LOADING"
  /** Answering. */
  | "READY"
  /** Not in memory; loaded as soon as somebody asks for it. */
  | "UNLOADED";

/** Something that a model can do. */
export type Task =
  /** Describe a picture. */
  | "CAPTION"
  /** Talk about pictures in several turns. */
  | "CHAT"
  /** Give pictures and texts comparable embeddings (ITC). */
  | "EMBED"
  /** Say how well a text fits a picture (ITM). */
  | "MATCH"
  /** Answer a question about a picture. */
  | "VQA";

export type ChatSubscriptionVariables = Exact<{
  input: ChatInput;
  after: number;
}>;

export type ChatSubscription = {
  chat:
    | {
        __typename: "ChatCompleted";
        text: string;
        finishReason: FinishReason;
        promptTokens: number;
        completionTokens: number;
        generationId: string;
        seq: number;
        timing: {
          totalMs: number;
          queueMs: number;
          preprocessMs: number;
          encodeMs: number;
          decodeMs: number;
          encodeBatch: number;
          decodeBatch: number;
          imageCacheHit: boolean;
        };
      }
    | { __typename: "ChatDelta"; delta: string; generationId: string; seq: number }
    | {
        __typename: "ChatFailed";
        code: string;
        message: string;
        retryable: boolean;
        retryAfterMs: number | null;
        generationId: string;
        seq: number;
      }
    | { __typename: "ChatQueued"; position: number; estimatedWaitMs: number; generationId: string; seq: number }
    | {
        __typename: "ChatStarted";
        promptTokens: number;
        reusedTokens: number;
        imageCacheHit: boolean;
        generationId: string;
        seq: number;
        model: { id: string; name: string; family: ModelFamily };
      };
};

export type StopChatMutationVariables = Exact<{
  generationId: string;
}>;

export type StopChatMutation = { cancelGeneration: { cancelled: boolean } | null };

export type CompareQueryVariables = Exact<{
  image: ImageInput;
  question?: string | null | undefined;
  models: Array<string> | string;
}>;

export type CompareQuery = {
  compare: Array<{
    text: string | null;
    tokens: number | null;
    finishReason: FinishReason | null;
    model: { id: string; name: string; family: ModelFamily };
    error: { code: string; message: string; retryAfterMs: number | null } | null;
    timing: {
      totalMs: number;
      queueMs: number;
      preprocessMs: number;
      encodeMs: number;
      decodeMs: number;
      encodeBatch: number;
      decodeBatch: number;
      imageCacheHit: boolean;
    } | null;
  }>;
};

export type ImagePartsFragment = {
  id: string;
  url: string;
  width: number;
  height: number;
  caption: string | null;
  thumbnail: string;
};

export type GalleryQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;

export type GalleryQuery = {
  images: {
    totalCount: number;
    edges: Array<{
      node: { id: string; url: string; width: number; height: number; caption: string | null; thumbnail: string };
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type ModelPartsFragment = {
  id: string;
  name: string;
  family: ModelFamily;
  tasks: Array<Task>;
  state: ModelState;
  device: string;
  dtype: string;
  parameters: number;
  failure: string | null;
};

export type ModelsQueryVariables = Exact<{ [key: string]: never }>;

export type ModelsQuery = {
  models: Array<{
    id: string;
    name: string;
    family: ModelFamily;
    tasks: Array<Task>;
    state: ModelState;
    device: string;
    dtype: string;
    parameters: number;
    failure: string | null;
  }>;
};

export type PictureByIdQueryVariables = Exact<{
  id: string;
}>;

export type PictureByIdQuery = {
  node:
    | {
        __typename: "Image";
        id: string;
        url: string;
        width: number;
        height: number;
        caption: string | null;
        thumbnail: string;
      }
    | { __typename: "Model" }
    | null;
};

export type TimingPartsFragment = {
  totalMs: number;
  queueMs: number;
  preprocessMs: number;
  encodeMs: number;
  decodeMs: number;
  encodeBatch: number;
  decodeBatch: number;
  imageCacheHit: boolean;
};

export type TilePartsFragment = {
  byteSize: number;
  createdAt: string;
  id: string;
  url: string;
  width: number;
  height: number;
  caption: string | null;
  large: string;
  thumbnail: string;
};

export type PicturesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;

export type PicturesQuery = {
  images: {
    totalCount: number;
    edges: Array<{
      node: {
        byteSize: number;
        createdAt: string;
        id: string;
        url: string;
        width: number;
        height: number;
        caption: string | null;
        large: string;
        thumbnail: string;
      };
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type SearchByWordsQueryVariables = Exact<{
  text: string;
  first: number;
  after?: string | null | undefined;
  family: ModelFamily;
}>;

export type SearchByWordsQuery = {
  retrieveImages: {
    edges: Array<{
      similarity: number;
      probability: number | null;
      score: number;
      node: {
        byteSize: number;
        createdAt: string;
        id: string;
        url: string;
        width: number;
        height: number;
        caption: string | null;
        large: string;
        thumbnail: string;
      };
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  } | null;
};

export type SearchByPictureQueryVariables = Exact<{
  image: ImageInput;
  first: number;
  after?: string | null | undefined;
  family: ModelFamily;
}>;

export type SearchByPictureQuery = {
  similarImages: {
    edges: Array<{
      similarity: number;
      probability: number | null;
      score: number;
      node: {
        byteSize: number;
        createdAt: string;
        id: string;
        url: string;
        width: number;
        height: number;
        caption: string | null;
        large: string;
        thumbnail: string;
      };
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  } | null;
};

export type HitPartsFragment = {
  edges: Array<{
    similarity: number;
    probability: number | null;
    score: number;
    node: {
      byteSize: number;
      createdAt: string;
      id: string;
      url: string;
      width: number;
      height: number;
      caption: string | null;
      large: string;
      thumbnail: string;
    };
  }>;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
};

export type AddPictureMutationVariables = Exact<{
  image: ImageInput;
  caption?: string | null | undefined;
}>;

export type AddPictureMutation = {
  addImages: {
    images: Array<{
      byteSize: number;
      createdAt: string;
      id: string;
      url: string;
      width: number;
      height: number;
      caption: string | null;
      large: string;
      thumbnail: string;
    }>;
  } | null;
};

export type RemovePicturesMutationVariables = Exact<{
  ids: Array<string> | string;
}>;

export type RemovePicturesMutation = { removeImages: { removedIds: Array<string> } | null };

export const ModelPartsFragmentDoc = {
  kind: "Document",
  definitions: [
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "ModelParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Model" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "Field", name: { kind: "Name", value: "id" } },
          { kind: "Field", name: { kind: "Name", value: "name" } },
          { kind: "Field", name: { kind: "Name", value: "family" } },
          { kind: "Field", name: { kind: "Name", value: "tasks" } },
          { kind: "Field", name: { kind: "Name", value: "state" } },
          { kind: "Field", name: { kind: "Name", value: "device" } },
          { kind: "Field", name: { kind: "Name", value: "dtype" } },
          { kind: "Field", name: { kind: "Name", value: "parameters" } },
          { kind: "Field", name: { kind: "Name", value: "failure" } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<ModelPartsFragment, unknown>;
export const TimingPartsFragmentDoc = {
  kind: "Document",
  definitions: [
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "TimingParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Timing" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "Field", name: { kind: "Name", value: "totalMs" } },
          { kind: "Field", name: { kind: "Name", value: "queueMs" } },
          { kind: "Field", name: { kind: "Name", value: "preprocessMs" } },
          { kind: "Field", name: { kind: "Name", value: "encodeMs" } },
          { kind: "Field", name: { kind: "Name", value: "decodeMs" } },
          { kind: "Field", name: { kind: "Name", value: "encodeBatch" } },
          { kind: "Field", name: { kind: "Name", value: "decodeBatch" } },
          { kind: "Field", name: { kind: "Name", value: "imageCacheHit" } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<TimingPartsFragment, unknown>;
export const ImagePartsFragmentDoc = {
  kind: "Document",
  definitions: [
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "ImageParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Image" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "Field", name: { kind: "Name", value: "id" } },
          { kind: "Field", name: { kind: "Name", value: "url" } },
          {
            kind: "Field",
            alias: { kind: "Name", value: "thumbnail" },
            name: { kind: "Name", value: "url" },
            arguments: [
              { kind: "Argument", name: { kind: "Name", value: "width" }, value: { kind: "IntValue", value: "320" } },
            ],
          },
          { kind: "Field", name: { kind: "Name", value: "width" } },
          { kind: "Field", name: { kind: "Name", value: "height" } },
          { kind: "Field", name: { kind: "Name", value: "caption" } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<ImagePartsFragment, unknown>;
export const TilePartsFragmentDoc = {
  kind: "Document",
  definitions: [
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "TileParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Image" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "FragmentSpread", name: { kind: "Name", value: "ImageParts" } },
          { kind: "Field", name: { kind: "Name", value: "byteSize" } },
          { kind: "Field", name: { kind: "Name", value: "createdAt" } },
          {
            kind: "Field",
            alias: { kind: "Name", value: "large" },
            name: { kind: "Name", value: "url" },
            arguments: [
              { kind: "Argument", name: { kind: "Name", value: "width" }, value: { kind: "IntValue", value: "1280" } },
            ],
          },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "ImageParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Image" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "Field", name: { kind: "Name", value: "id" } },
          { kind: "Field", name: { kind: "Name", value: "url" } },
          {
            kind: "Field",
            alias: { kind: "Name", value: "thumbnail" },
            name: { kind: "Name", value: "url" },
            arguments: [
              { kind: "Argument", name: { kind: "Name", value: "width" }, value: { kind: "IntValue", value: "320" } },
            ],
          },
          { kind: "Field", name: { kind: "Name", value: "width" } },
          { kind: "Field", name: { kind: "Name", value: "height" } },
          { kind: "Field", name: { kind: "Name", value: "caption" } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<TilePartsFragment, unknown>;
export const HitPartsFragmentDoc = {
  kind: "Document",
  definitions: [
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "HitParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "ImageHitConnection" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "edges" },
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                {
                  kind: "Field",
                  name: { kind: "Name", value: "node" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [{ kind: "FragmentSpread", name: { kind: "Name", value: "TileParts" } }],
                  },
                },
                { kind: "Field", name: { kind: "Name", value: "similarity" } },
                { kind: "Field", name: { kind: "Name", value: "probability" } },
                { kind: "Field", name: { kind: "Name", value: "score" } },
              ],
            },
          },
          {
            kind: "Field",
            name: { kind: "Name", value: "pageInfo" },
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                { kind: "Field", name: { kind: "Name", value: "hasNextPage" } },
                { kind: "Field", name: { kind: "Name", value: "endCursor" } },
              ],
            },
          },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "ImageParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Image" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "Field", name: { kind: "Name", value: "id" } },
          { kind: "Field", name: { kind: "Name", value: "url" } },
          {
            kind: "Field",
            alias: { kind: "Name", value: "thumbnail" },
            name: { kind: "Name", value: "url" },
            arguments: [
              { kind: "Argument", name: { kind: "Name", value: "width" }, value: { kind: "IntValue", value: "320" } },
            ],
          },
          { kind: "Field", name: { kind: "Name", value: "width" } },
          { kind: "Field", name: { kind: "Name", value: "height" } },
          { kind: "Field", name: { kind: "Name", value: "caption" } },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "TileParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Image" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "FragmentSpread", name: { kind: "Name", value: "ImageParts" } },
          { kind: "Field", name: { kind: "Name", value: "byteSize" } },
          { kind: "Field", name: { kind: "Name", value: "createdAt" } },
          {
            kind: "Field",
            alias: { kind: "Name", value: "large" },
            name: { kind: "Name", value: "url" },
            arguments: [
              { kind: "Argument", name: { kind: "Name", value: "width" }, value: { kind: "IntValue", value: "1280" } },
            ],
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<HitPartsFragment, unknown>;
export const ChatDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "subscription",
      name: { kind: "Name", value: "Chat" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "input" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ChatInput" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "after" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "Int" } } },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "chat" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "input" },
                value: { kind: "Variable", name: { kind: "Name", value: "input" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "after" },
                value: { kind: "Variable", name: { kind: "Name", value: "after" } },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                { kind: "Field", name: { kind: "Name", value: "__typename" } },
                { kind: "Field", name: { kind: "Name", value: "generationId" } },
                { kind: "Field", name: { kind: "Name", value: "seq" } },
                {
                  kind: "InlineFragment",
                  typeCondition: { kind: "NamedType", name: { kind: "Name", value: "ChatQueued" } },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "position" } },
                      { kind: "Field", name: { kind: "Name", value: "estimatedWaitMs" } },
                    ],
                  },
                },
                {
                  kind: "InlineFragment",
                  typeCondition: { kind: "NamedType", name: { kind: "Name", value: "ChatStarted" } },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      {
                        kind: "Field",
                        name: { kind: "Name", value: "model" },
                        selectionSet: {
                          kind: "SelectionSet",
                          selections: [
                            { kind: "Field", name: { kind: "Name", value: "id" } },
                            { kind: "Field", name: { kind: "Name", value: "name" } },
                            { kind: "Field", name: { kind: "Name", value: "family" } },
                          ],
                        },
                      },
                      { kind: "Field", name: { kind: "Name", value: "promptTokens" } },
                      { kind: "Field", name: { kind: "Name", value: "reusedTokens" } },
                      { kind: "Field", name: { kind: "Name", value: "imageCacheHit" } },
                    ],
                  },
                },
                {
                  kind: "InlineFragment",
                  typeCondition: { kind: "NamedType", name: { kind: "Name", value: "ChatDelta" } },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [{ kind: "Field", name: { kind: "Name", value: "delta" } }],
                  },
                },
                {
                  kind: "InlineFragment",
                  typeCondition: { kind: "NamedType", name: { kind: "Name", value: "ChatCompleted" } },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "text" } },
                      { kind: "Field", name: { kind: "Name", value: "finishReason" } },
                      { kind: "Field", name: { kind: "Name", value: "promptTokens" } },
                      { kind: "Field", name: { kind: "Name", value: "completionTokens" } },
                      {
                        kind: "Field",
                        name: { kind: "Name", value: "timing" },
                        selectionSet: {
                          kind: "SelectionSet",
                          selections: [{ kind: "FragmentSpread", name: { kind: "Name", value: "TimingParts" } }],
                        },
                      },
                    ],
                  },
                },
                {
                  kind: "InlineFragment",
                  typeCondition: { kind: "NamedType", name: { kind: "Name", value: "ChatFailed" } },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "code" } },
                      { kind: "Field", name: { kind: "Name", value: "message" } },
                      { kind: "Field", name: { kind: "Name", value: "retryable" } },
                      { kind: "Field", name: { kind: "Name", value: "retryAfterMs" } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "TimingParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Timing" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "Field", name: { kind: "Name", value: "totalMs" } },
          { kind: "Field", name: { kind: "Name", value: "queueMs" } },
          { kind: "Field", name: { kind: "Name", value: "preprocessMs" } },
          { kind: "Field", name: { kind: "Name", value: "encodeMs" } },
          { kind: "Field", name: { kind: "Name", value: "decodeMs" } },
          { kind: "Field", name: { kind: "Name", value: "encodeBatch" } },
          { kind: "Field", name: { kind: "Name", value: "decodeBatch" } },
          { kind: "Field", name: { kind: "Name", value: "imageCacheHit" } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<ChatSubscription, ChatSubscriptionVariables>;
export const StopChatDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "mutation",
      name: { kind: "Name", value: "StopChat" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "generationId" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ID" } } },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "cancelGeneration" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "input" },
                value: {
                  kind: "ObjectValue",
                  fields: [
                    {
                      kind: "ObjectField",
                      name: { kind: "Name", value: "generationId" },
                      value: { kind: "Variable", name: { kind: "Name", value: "generationId" } },
                    },
                  ],
                },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [{ kind: "Field", name: { kind: "Name", value: "cancelled" } }],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<StopChatMutation, StopChatMutationVariables>;
export const CompareDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "Compare" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "image" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ImageInput" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "question" } },
          type: { kind: "NamedType", name: { kind: "Name", value: "String" } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "models" } },
          type: {
            kind: "NonNullType",
            type: {
              kind: "ListType",
              type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ID" } } },
            },
          },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "compare" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "image" },
                value: { kind: "Variable", name: { kind: "Name", value: "image" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "question" },
                value: { kind: "Variable", name: { kind: "Name", value: "question" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "models" },
                value: { kind: "Variable", name: { kind: "Name", value: "models" } },
              },
            ],
            directives: [{ kind: "Directive", name: { kind: "Name", value: "stream" } }],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                {
                  kind: "Field",
                  name: { kind: "Name", value: "model" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "id" } },
                      { kind: "Field", name: { kind: "Name", value: "name" } },
                      { kind: "Field", name: { kind: "Name", value: "family" } },
                    ],
                  },
                },
                { kind: "Field", name: { kind: "Name", value: "text" } },
                { kind: "Field", name: { kind: "Name", value: "tokens" } },
                { kind: "Field", name: { kind: "Name", value: "finishReason" } },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "error" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "code" } },
                      { kind: "Field", name: { kind: "Name", value: "message" } },
                      { kind: "Field", name: { kind: "Name", value: "retryAfterMs" } },
                    ],
                  },
                },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "timing" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [{ kind: "FragmentSpread", name: { kind: "Name", value: "TimingParts" } }],
                  },
                },
              ],
            },
          },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "TimingParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Timing" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "Field", name: { kind: "Name", value: "totalMs" } },
          { kind: "Field", name: { kind: "Name", value: "queueMs" } },
          { kind: "Field", name: { kind: "Name", value: "preprocessMs" } },
          { kind: "Field", name: { kind: "Name", value: "encodeMs" } },
          { kind: "Field", name: { kind: "Name", value: "decodeMs" } },
          { kind: "Field", name: { kind: "Name", value: "encodeBatch" } },
          { kind: "Field", name: { kind: "Name", value: "decodeBatch" } },
          { kind: "Field", name: { kind: "Name", value: "imageCacheHit" } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<CompareQuery, CompareQueryVariables>;
export const GalleryDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "Gallery" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "first" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "Int" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "after" } },
          type: { kind: "NamedType", name: { kind: "Name", value: "String" } },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "images" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "first" },
                value: { kind: "Variable", name: { kind: "Name", value: "first" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "after" },
                value: { kind: "Variable", name: { kind: "Name", value: "after" } },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                {
                  kind: "Field",
                  name: { kind: "Name", value: "edges" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      {
                        kind: "Field",
                        name: { kind: "Name", value: "node" },
                        selectionSet: {
                          kind: "SelectionSet",
                          selections: [{ kind: "FragmentSpread", name: { kind: "Name", value: "ImageParts" } }],
                        },
                      },
                    ],
                  },
                },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "pageInfo" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "hasNextPage" } },
                      { kind: "Field", name: { kind: "Name", value: "endCursor" } },
                    ],
                  },
                },
                { kind: "Field", name: { kind: "Name", value: "totalCount" } },
              ],
            },
          },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "ImageParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Image" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "Field", name: { kind: "Name", value: "id" } },
          { kind: "Field", name: { kind: "Name", value: "url" } },
          {
            kind: "Field",
            alias: { kind: "Name", value: "thumbnail" },
            name: { kind: "Name", value: "url" },
            arguments: [
              { kind: "Argument", name: { kind: "Name", value: "width" }, value: { kind: "IntValue", value: "320" } },
            ],
          },
          { kind: "Field", name: { kind: "Name", value: "width" } },
          { kind: "Field", name: { kind: "Name", value: "height" } },
          { kind: "Field", name: { kind: "Name", value: "caption" } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<GalleryQuery, GalleryQueryVariables>;
export const ModelsDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "Models" },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "models" },
            selectionSet: {
              kind: "SelectionSet",
              selections: [{ kind: "FragmentSpread", name: { kind: "Name", value: "ModelParts" } }],
            },
          },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "ModelParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Model" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "Field", name: { kind: "Name", value: "id" } },
          { kind: "Field", name: { kind: "Name", value: "name" } },
          { kind: "Field", name: { kind: "Name", value: "family" } },
          { kind: "Field", name: { kind: "Name", value: "tasks" } },
          { kind: "Field", name: { kind: "Name", value: "state" } },
          { kind: "Field", name: { kind: "Name", value: "device" } },
          { kind: "Field", name: { kind: "Name", value: "dtype" } },
          { kind: "Field", name: { kind: "Name", value: "parameters" } },
          { kind: "Field", name: { kind: "Name", value: "failure" } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<ModelsQuery, ModelsQueryVariables>;
export const PictureByIdDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "PictureById" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "id" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ID" } } },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "node" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "id" },
                value: { kind: "Variable", name: { kind: "Name", value: "id" } },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                { kind: "Field", name: { kind: "Name", value: "__typename" } },
                {
                  kind: "InlineFragment",
                  typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Image" } },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [{ kind: "FragmentSpread", name: { kind: "Name", value: "ImageParts" } }],
                  },
                },
              ],
            },
          },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "ImageParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Image" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "Field", name: { kind: "Name", value: "id" } },
          { kind: "Field", name: { kind: "Name", value: "url" } },
          {
            kind: "Field",
            alias: { kind: "Name", value: "thumbnail" },
            name: { kind: "Name", value: "url" },
            arguments: [
              { kind: "Argument", name: { kind: "Name", value: "width" }, value: { kind: "IntValue", value: "320" } },
            ],
          },
          { kind: "Field", name: { kind: "Name", value: "width" } },
          { kind: "Field", name: { kind: "Name", value: "height" } },
          { kind: "Field", name: { kind: "Name", value: "caption" } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<PictureByIdQuery, PictureByIdQueryVariables>;
export const PicturesDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "Pictures" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "first" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "Int" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "after" } },
          type: { kind: "NamedType", name: { kind: "Name", value: "String" } },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "images" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "first" },
                value: { kind: "Variable", name: { kind: "Name", value: "first" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "after" },
                value: { kind: "Variable", name: { kind: "Name", value: "after" } },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                {
                  kind: "Field",
                  name: { kind: "Name", value: "edges" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      {
                        kind: "Field",
                        name: { kind: "Name", value: "node" },
                        selectionSet: {
                          kind: "SelectionSet",
                          selections: [{ kind: "FragmentSpread", name: { kind: "Name", value: "TileParts" } }],
                        },
                      },
                    ],
                  },
                },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "pageInfo" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "hasNextPage" } },
                      { kind: "Field", name: { kind: "Name", value: "endCursor" } },
                    ],
                  },
                },
                { kind: "Field", name: { kind: "Name", value: "totalCount" } },
              ],
            },
          },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "ImageParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Image" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "Field", name: { kind: "Name", value: "id" } },
          { kind: "Field", name: { kind: "Name", value: "url" } },
          {
            kind: "Field",
            alias: { kind: "Name", value: "thumbnail" },
            name: { kind: "Name", value: "url" },
            arguments: [
              { kind: "Argument", name: { kind: "Name", value: "width" }, value: { kind: "IntValue", value: "320" } },
            ],
          },
          { kind: "Field", name: { kind: "Name", value: "width" } },
          { kind: "Field", name: { kind: "Name", value: "height" } },
          { kind: "Field", name: { kind: "Name", value: "caption" } },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "TileParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Image" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "FragmentSpread", name: { kind: "Name", value: "ImageParts" } },
          { kind: "Field", name: { kind: "Name", value: "byteSize" } },
          { kind: "Field", name: { kind: "Name", value: "createdAt" } },
          {
            kind: "Field",
            alias: { kind: "Name", value: "large" },
            name: { kind: "Name", value: "url" },
            arguments: [
              { kind: "Argument", name: { kind: "Name", value: "width" }, value: { kind: "IntValue", value: "1280" } },
            ],
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<PicturesQuery, PicturesQueryVariables>;
export const SearchByWordsDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "SearchByWords" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "text" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "String" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "first" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "Int" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "after" } },
          type: { kind: "NamedType", name: { kind: "Name", value: "String" } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "family" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ModelFamily" } } },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "retrieveImages" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "text" },
                value: { kind: "Variable", name: { kind: "Name", value: "text" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "first" },
                value: { kind: "Variable", name: { kind: "Name", value: "first" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "after" },
                value: { kind: "Variable", name: { kind: "Name", value: "after" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "family" },
                value: { kind: "Variable", name: { kind: "Name", value: "family" } },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [{ kind: "FragmentSpread", name: { kind: "Name", value: "HitParts" } }],
            },
          },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "ImageParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Image" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "Field", name: { kind: "Name", value: "id" } },
          { kind: "Field", name: { kind: "Name", value: "url" } },
          {
            kind: "Field",
            alias: { kind: "Name", value: "thumbnail" },
            name: { kind: "Name", value: "url" },
            arguments: [
              { kind: "Argument", name: { kind: "Name", value: "width" }, value: { kind: "IntValue", value: "320" } },
            ],
          },
          { kind: "Field", name: { kind: "Name", value: "width" } },
          { kind: "Field", name: { kind: "Name", value: "height" } },
          { kind: "Field", name: { kind: "Name", value: "caption" } },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "TileParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Image" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "FragmentSpread", name: { kind: "Name", value: "ImageParts" } },
          { kind: "Field", name: { kind: "Name", value: "byteSize" } },
          { kind: "Field", name: { kind: "Name", value: "createdAt" } },
          {
            kind: "Field",
            alias: { kind: "Name", value: "large" },
            name: { kind: "Name", value: "url" },
            arguments: [
              { kind: "Argument", name: { kind: "Name", value: "width" }, value: { kind: "IntValue", value: "1280" } },
            ],
          },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "HitParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "ImageHitConnection" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "edges" },
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                {
                  kind: "Field",
                  name: { kind: "Name", value: "node" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [{ kind: "FragmentSpread", name: { kind: "Name", value: "TileParts" } }],
                  },
                },
                { kind: "Field", name: { kind: "Name", value: "similarity" } },
                { kind: "Field", name: { kind: "Name", value: "probability" } },
                { kind: "Field", name: { kind: "Name", value: "score" } },
              ],
            },
          },
          {
            kind: "Field",
            name: { kind: "Name", value: "pageInfo" },
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                { kind: "Field", name: { kind: "Name", value: "hasNextPage" } },
                { kind: "Field", name: { kind: "Name", value: "endCursor" } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<SearchByWordsQuery, SearchByWordsQueryVariables>;
export const SearchByPictureDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "SearchByPicture" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "image" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ImageInput" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "first" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "Int" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "after" } },
          type: { kind: "NamedType", name: { kind: "Name", value: "String" } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "family" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ModelFamily" } } },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "similarImages" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "image" },
                value: { kind: "Variable", name: { kind: "Name", value: "image" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "first" },
                value: { kind: "Variable", name: { kind: "Name", value: "first" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "after" },
                value: { kind: "Variable", name: { kind: "Name", value: "after" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "family" },
                value: { kind: "Variable", name: { kind: "Name", value: "family" } },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [{ kind: "FragmentSpread", name: { kind: "Name", value: "HitParts" } }],
            },
          },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "ImageParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Image" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "Field", name: { kind: "Name", value: "id" } },
          { kind: "Field", name: { kind: "Name", value: "url" } },
          {
            kind: "Field",
            alias: { kind: "Name", value: "thumbnail" },
            name: { kind: "Name", value: "url" },
            arguments: [
              { kind: "Argument", name: { kind: "Name", value: "width" }, value: { kind: "IntValue", value: "320" } },
            ],
          },
          { kind: "Field", name: { kind: "Name", value: "width" } },
          { kind: "Field", name: { kind: "Name", value: "height" } },
          { kind: "Field", name: { kind: "Name", value: "caption" } },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "TileParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Image" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "FragmentSpread", name: { kind: "Name", value: "ImageParts" } },
          { kind: "Field", name: { kind: "Name", value: "byteSize" } },
          { kind: "Field", name: { kind: "Name", value: "createdAt" } },
          {
            kind: "Field",
            alias: { kind: "Name", value: "large" },
            name: { kind: "Name", value: "url" },
            arguments: [
              { kind: "Argument", name: { kind: "Name", value: "width" }, value: { kind: "IntValue", value: "1280" } },
            ],
          },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "HitParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "ImageHitConnection" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "edges" },
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                {
                  kind: "Field",
                  name: { kind: "Name", value: "node" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [{ kind: "FragmentSpread", name: { kind: "Name", value: "TileParts" } }],
                  },
                },
                { kind: "Field", name: { kind: "Name", value: "similarity" } },
                { kind: "Field", name: { kind: "Name", value: "probability" } },
                { kind: "Field", name: { kind: "Name", value: "score" } },
              ],
            },
          },
          {
            kind: "Field",
            name: { kind: "Name", value: "pageInfo" },
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                { kind: "Field", name: { kind: "Name", value: "hasNextPage" } },
                { kind: "Field", name: { kind: "Name", value: "endCursor" } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<SearchByPictureQuery, SearchByPictureQueryVariables>;
export const AddPictureDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "mutation",
      name: { kind: "Name", value: "AddPicture" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "image" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ImageInput" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "caption" } },
          type: { kind: "NamedType", name: { kind: "Name", value: "String" } },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "addImages" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "input" },
                value: {
                  kind: "ObjectValue",
                  fields: [
                    {
                      kind: "ObjectField",
                      name: { kind: "Name", value: "images" },
                      value: {
                        kind: "ListValue",
                        values: [
                          {
                            kind: "ObjectValue",
                            fields: [
                              {
                                kind: "ObjectField",
                                name: { kind: "Name", value: "image" },
                                value: { kind: "Variable", name: { kind: "Name", value: "image" } },
                              },
                              {
                                kind: "ObjectField",
                                name: { kind: "Name", value: "caption" },
                                value: { kind: "Variable", name: { kind: "Name", value: "caption" } },
                              },
                            ],
                          },
                        ],
                      },
                    },
                  ],
                },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                {
                  kind: "Field",
                  name: { kind: "Name", value: "images" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [{ kind: "FragmentSpread", name: { kind: "Name", value: "TileParts" } }],
                  },
                },
              ],
            },
          },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "ImageParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Image" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "Field", name: { kind: "Name", value: "id" } },
          { kind: "Field", name: { kind: "Name", value: "url" } },
          {
            kind: "Field",
            alias: { kind: "Name", value: "thumbnail" },
            name: { kind: "Name", value: "url" },
            arguments: [
              { kind: "Argument", name: { kind: "Name", value: "width" }, value: { kind: "IntValue", value: "320" } },
            ],
          },
          { kind: "Field", name: { kind: "Name", value: "width" } },
          { kind: "Field", name: { kind: "Name", value: "height" } },
          { kind: "Field", name: { kind: "Name", value: "caption" } },
        ],
      },
    },
    {
      kind: "FragmentDefinition",
      name: { kind: "Name", value: "TileParts" },
      typeCondition: { kind: "NamedType", name: { kind: "Name", value: "Image" } },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          { kind: "FragmentSpread", name: { kind: "Name", value: "ImageParts" } },
          { kind: "Field", name: { kind: "Name", value: "byteSize" } },
          { kind: "Field", name: { kind: "Name", value: "createdAt" } },
          {
            kind: "Field",
            alias: { kind: "Name", value: "large" },
            name: { kind: "Name", value: "url" },
            arguments: [
              { kind: "Argument", name: { kind: "Name", value: "width" }, value: { kind: "IntValue", value: "1280" } },
            ],
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<AddPictureMutation, AddPictureMutationVariables>;
export const RemovePicturesDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "mutation",
      name: { kind: "Name", value: "RemovePictures" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "ids" } },
          type: {
            kind: "NonNullType",
            type: {
              kind: "ListType",
              type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ID" } } },
            },
          },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "removeImages" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "input" },
                value: {
                  kind: "ObjectValue",
                  fields: [
                    {
                      kind: "ObjectField",
                      name: { kind: "Name", value: "ids" },
                      value: { kind: "Variable", name: { kind: "Name", value: "ids" } },
                    },
                  ],
                },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [{ kind: "Field", name: { kind: "Name", value: "removedIds" } }],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<RemovePicturesMutation, RemovePicturesMutationVariables>;
