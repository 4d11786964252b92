/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends " $fragmentName" | "__typename" ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from "@graphql-typed-document-node/core";
/** Which generation to cancel. */
export type CancelGenerationInput = {
  /** Its id. */
  generationId: string;
};

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

export type AskBlip2QueryVariables = Exact<{
  image: ImageInput;
  question: string;
}>;

export type AskBlip2Query = {
  vqa: { text: string; finishReason: FinishReason; model: { name: string; family: ModelFamily } } | null;
};

export type AskLlavaQueryVariables = Exact<{
  image: ImageInput;
  question: string;
  seed?: number | null | undefined;
}>;

export type AskLlavaQuery = {
  vqa: { text: string; finishReason: FinishReason; model: { name: string; family: ModelFamily } } | null;
};

export type AskQueryVariables = Exact<{
  image: ImageInput;
  question: string;
  another: string;
}>;

export type AskQuery = {
  question: { text: string } | null;
  another: { text: string } | null;
  background: { text: string; timing: { totalMs: number; decodeBatch: number } } | null;
};

export type CancelMutationVariables = Exact<{
  input: CancelGenerationInput;
}>;

export type CancelMutation = { cancelGeneration: { cancelled: boolean } | null };

export type CaptionBlip2QueryVariables = Exact<{
  image: ImageInput;
  prompt?: string | null | undefined;
}>;

export type CaptionBlip2Query = {
  caption: {
    text: string;
    tokens: number;
    finishReason: FinishReason;
    model: { name: string; family: ModelFamily };
  } | null;
};

export type CaptionLlavaQueryVariables = Exact<{
  image: ImageInput;
  prompt?: string | null | undefined;
}>;

export type CaptionLlavaQuery = {
  caption: {
    text: string;
    tokens: number;
    finishReason: FinishReason;
    model: { name: string; family: ModelFamily };
  } | null;
};

export type CaptionQueryVariables = Exact<{
  image: ImageInput;
}>;

export type CaptionQuery = {
  caption: {
    text: string;
    tokens: number;
    finishReason: FinishReason;
    model: { name: string };
    timing: { totalMs: number; encodeBatch: number; imageCacheHit: boolean };
  } | null;
};

export type ChatSubscriptionVariables = Exact<{
  input: ChatInput;
  after?: number | null | undefined;
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
        timing: { totalMs: number; queueMs: number };
      }
    | { __typename: "ChatDelta"; delta: string; text: string; generationId: string; seq: number }
    | { __typename: "ChatFailed"; code: string; message: string; retryable: boolean; generationId: string; seq: number }
    | { __typename: "ChatQueued"; position: number; estimatedWaitMs: number; generationId: string; seq: number }
    | {
        __typename: "ChatStarted";
        promptTokens: number;
        imageCacheHit: boolean;
        generationId: string;
        seq: number;
        model: { name: string };
      };
};

export type ChooseQueryVariables = Exact<{
  image: ImageInput;
  question: string;
  choices: Array<string> | string;
}>;

export type ChooseQuery = { vqa: { text: string; ranking: Array<{ text: string; score: number }> | null } | null };

export type CompareStreamQueryVariables = Exact<{
  image: ImageInput;
  question?: string | null | undefined;
  families?: Array<ModelFamily> | ModelFamily | null | undefined;
  models?: Array<string> | string | null | undefined;
}>;

export type CompareStreamQuery = {
  compare: Array<{
    text: string | null;
    model: { name: string; family: ModelFamily };
    error: { code: string; message: string } | null;
    timing: { totalMs: number; imageCacheHit: boolean } | null;
  }>;
};

export type CompareQueryVariables = Exact<{
  image: ImageInput;
  question?: string | null | undefined;
}>;

export type CompareQuery = {
  compare: Array<{
    text: string | null;
    model: { name: string; family: ModelFamily };
    error: { code: string; message: string } | null;
    timing: { totalMs: number } | null;
  }>;
};

export type GalleryQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;

export type GalleryQuery = {
  images: {
    totalCount: number;
    edges: Array<{
      cursor: string;
      node: { id: string; url: string; width: number; height: number; caption: string | null; createdAt: string };
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type MatchQueryVariables = Exact<{
  image: ImageInput;
  true: string;
  false: string;
}>;

export type MatchQuery = {
  true: { probability: number; similarity: number | null } | null;
  false: { probability: number; similarity: number | null } | null;
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
    licence: string | null;
  }>;
};

export type RankTextsQueryVariables = Exact<{
  image: ImageInput;
  texts: Array<string> | string;
}>;

export type RankTextsQuery = {
  retrieveTexts: Array<{
    text: string;
    index: number;
    score: number;
    probability: number | null;
    similarity: number;
  }> | null;
};

export type SchedulerQueryVariables = Exact<{ [key: string]: never }>;

export type SchedulerQuery = {
  scheduler: {
    devices: Array<{
      id: string;
      kind: string;
      state: string;
      models: Array<{
        queued: number;
        running: number;
        meanEncodeBatch: number;
        meanDecodeBatch: number;
        encodedImages: number;
        decodedTokens: number;
        model: { name: string };
        networks: Array<{ name: string; passes: number; meanBatch: number }>;
      }>;
    }>;
  };
};

export type SearchByImageQueryVariables = Exact<{
  image: ImageInput;
}>;

export type SearchByImageQuery = {
  similarImages: {
    edges: Array<{ similarity: number; node: { id: string; url: string; caption: string | null } }>;
  } | null;
};

export type SearchByTextBlip2QueryVariables = Exact<{
  text: string;
}>;

export type SearchByTextBlip2Query = {
  retrieveImages: {
    edges: Array<{
      score: number;
      probability: number | null;
      similarity: number;
      node: { id: string; url: string; caption: string | null };
    }>;
  } | null;
};

export type SearchByTextQueryVariables = Exact<{
  text: string;
}>;

export type SearchByTextQuery = {
  retrieveImages: {
    edges: Array<{
      score: number;
      probability: number | null;
      similarity: number;
      node: { id: string; url: string; caption: string | null };
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  } | null;
};

export type UploadQueryVariables = Exact<{
  image: ImageInput;
}>;

export type UploadQuery = {
  caption: {
    text: string;
    timing: { preprocessMs: number; encodeMs: number; decodeMs: number; imageCacheHit: boolean };
  } | null;
};

export const AskBlip2Document = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "AskBlip2" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "image" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ImageInput" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "question" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "String" } } },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "vqa" },
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
                name: { kind: "Name", value: "family" },
                value: { kind: "EnumValue", value: "BLIP2" },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                { kind: "Field", name: { kind: "Name", value: "text" } },
                { kind: "Field", name: { kind: "Name", value: "finishReason" } },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "model" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "name" } },
                      { kind: "Field", name: { kind: "Name", value: "family" } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<AskBlip2Query, AskBlip2QueryVariables>;
export const AskLlavaDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "AskLlava" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "image" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ImageInput" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "question" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "String" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "seed" } },
          type: { kind: "NamedType", name: { kind: "Name", value: "Int" } },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "vqa" },
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
                name: { kind: "Name", value: "family" },
                value: { kind: "EnumValue", value: "LLAVA" },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "options" },
                value: {
                  kind: "ObjectValue",
                  fields: [
                    {
                      kind: "ObjectField",
                      name: { kind: "Name", value: "temperature" },
                      value: { kind: "FloatValue", value: "0.2" },
                    },
                    {
                      kind: "ObjectField",
                      name: { kind: "Name", value: "topP" },
                      value: { kind: "FloatValue", value: "0.9" },
                    },
                    {
                      kind: "ObjectField",
                      name: { kind: "Name", value: "seed" },
                      value: { kind: "Variable", name: { kind: "Name", value: "seed" } },
                    },
                  ],
                },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                { kind: "Field", name: { kind: "Name", value: "text" } },
                { kind: "Field", name: { kind: "Name", value: "finishReason" } },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "model" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "name" } },
                      { kind: "Field", name: { kind: "Name", value: "family" } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<AskLlavaQuery, AskLlavaQueryVariables>;
export const AskDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "Ask" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "image" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ImageInput" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "question" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "String" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "another" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "String" } } },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            alias: { kind: "Name", value: "question" },
            name: { kind: "Name", value: "vqa" },
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
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [{ kind: "Field", name: { kind: "Name", value: "text" } }],
            },
          },
          {
            kind: "Field",
            alias: { kind: "Name", value: "another" },
            name: { kind: "Name", value: "vqa" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "image" },
                value: { kind: "Variable", name: { kind: "Name", value: "image" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "question" },
                value: { kind: "Variable", name: { kind: "Name", value: "another" } },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [{ kind: "Field", name: { kind: "Name", value: "text" } }],
            },
          },
          {
            kind: "Field",
            alias: { kind: "Name", value: "background" },
            name: { kind: "Name", value: "vqa" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "image" },
                value: { kind: "Variable", name: { kind: "Name", value: "image" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "question" },
                value: { kind: "StringValue", value: "what color is the background?", block: false },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                { kind: "Field", name: { kind: "Name", value: "text" } },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "timing" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "totalMs" } },
                      { kind: "Field", name: { kind: "Name", value: "decodeBatch" } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<AskQuery, AskQueryVariables>;
export const CancelDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "mutation",
      name: { kind: "Name", value: "Cancel" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "input" } },
          type: {
            kind: "NonNullType",
            type: { kind: "NamedType", name: { kind: "Name", value: "CancelGenerationInput" } },
          },
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
                value: { kind: "Variable", name: { kind: "Name", value: "input" } },
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
} as unknown as DocumentNode<CancelMutation, CancelMutationVariables>;
export const CaptionBlip2Document = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "CaptionBlip2" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "image" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ImageInput" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "prompt" } },
          type: { kind: "NamedType", name: { kind: "Name", value: "String" } },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "caption" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "image" },
                value: { kind: "Variable", name: { kind: "Name", value: "image" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "family" },
                value: { kind: "EnumValue", value: "BLIP2" },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "prompt" },
                value: { kind: "Variable", name: { kind: "Name", value: "prompt" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "options" },
                value: {
                  kind: "ObjectValue",
                  fields: [
                    {
                      kind: "ObjectField",
                      name: { kind: "Name", value: "beams" },
                      value: { kind: "IntValue", value: "5" },
                    },
                    {
                      kind: "ObjectField",
                      name: { kind: "Name", value: "lengthPenalty" },
                      value: { kind: "IntValue", value: "1" },
                    },
                    {
                      kind: "ObjectField",
                      name: { kind: "Name", value: "maxTokens" },
                      value: { kind: "IntValue", value: "30" },
                    },
                  ],
                },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                { kind: "Field", name: { kind: "Name", value: "text" } },
                { kind: "Field", name: { kind: "Name", value: "tokens" } },
                { kind: "Field", name: { kind: "Name", value: "finishReason" } },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "model" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "name" } },
                      { kind: "Field", name: { kind: "Name", value: "family" } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<CaptionBlip2Query, CaptionBlip2QueryVariables>;
export const CaptionLlavaDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "CaptionLlava" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "image" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ImageInput" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "prompt" } },
          type: { kind: "NamedType", name: { kind: "Name", value: "String" } },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "caption" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "image" },
                value: { kind: "Variable", name: { kind: "Name", value: "image" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "family" },
                value: { kind: "EnumValue", value: "LLAVA" },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "prompt" },
                value: { kind: "Variable", name: { kind: "Name", value: "prompt" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "options" },
                value: {
                  kind: "ObjectValue",
                  fields: [
                    {
                      kind: "ObjectField",
                      name: { kind: "Name", value: "maxTokens" },
                      value: { kind: "IntValue", value: "60" },
                    },
                  ],
                },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                { kind: "Field", name: { kind: "Name", value: "text" } },
                { kind: "Field", name: { kind: "Name", value: "tokens" } },
                { kind: "Field", name: { kind: "Name", value: "finishReason" } },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "model" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "name" } },
                      { kind: "Field", name: { kind: "Name", value: "family" } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<CaptionLlavaQuery, CaptionLlavaQueryVariables>;
export const CaptionDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "Caption" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "image" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ImageInput" } } },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "caption" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "image" },
                value: { kind: "Variable", name: { kind: "Name", value: "image" } },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                { kind: "Field", name: { kind: "Name", value: "text" } },
                { kind: "Field", name: { kind: "Name", value: "tokens" } },
                { kind: "Field", name: { kind: "Name", value: "finishReason" } },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "model" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [{ kind: "Field", name: { kind: "Name", value: "name" } }],
                  },
                },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "timing" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "totalMs" } },
                      { kind: "Field", name: { kind: "Name", value: "encodeBatch" } },
                      { kind: "Field", name: { kind: "Name", value: "imageCacheHit" } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<CaptionQuery, CaptionQueryVariables>;
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
          type: { kind: "NamedType", name: { kind: "Name", value: "Int" } },
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
                          selections: [{ kind: "Field", name: { kind: "Name", value: "name" } }],
                        },
                      },
                      { kind: "Field", name: { kind: "Name", value: "promptTokens" } },
                      { kind: "Field", name: { kind: "Name", value: "imageCacheHit" } },
                    ],
                  },
                },
                {
                  kind: "InlineFragment",
                  typeCondition: { kind: "NamedType", name: { kind: "Name", value: "ChatDelta" } },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "delta" } },
                      { kind: "Field", name: { kind: "Name", value: "text" } },
                    ],
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
                          selections: [
                            { kind: "Field", name: { kind: "Name", value: "totalMs" } },
                            { kind: "Field", name: { kind: "Name", value: "queueMs" } },
                          ],
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
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<ChatSubscription, ChatSubscriptionVariables>;
export const ChooseDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "Choose" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "image" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ImageInput" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "question" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "String" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "choices" } },
          type: {
            kind: "NonNullType",
            type: {
              kind: "ListType",
              type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "String" } } },
            },
          },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "vqa" },
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
                name: { kind: "Name", value: "choices" },
                value: { kind: "Variable", name: { kind: "Name", value: "choices" } },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                { kind: "Field", name: { kind: "Name", value: "text" } },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "ranking" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "text" } },
                      { kind: "Field", name: { kind: "Name", value: "score" } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<ChooseQuery, ChooseQueryVariables>;
export const CompareStreamDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "CompareStream" },
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
          variable: { kind: "Variable", name: { kind: "Name", value: "families" } },
          type: {
            kind: "ListType",
            type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ModelFamily" } } },
          },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "models" } },
          type: {
            kind: "ListType",
            type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ID" } } },
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
                name: { kind: "Name", value: "families" },
                value: { kind: "Variable", name: { kind: "Name", value: "families" } },
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
                      { kind: "Field", name: { kind: "Name", value: "name" } },
                      { kind: "Field", name: { kind: "Name", value: "family" } },
                    ],
                  },
                },
                { kind: "Field", name: { kind: "Name", value: "text" } },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "error" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "code" } },
                      { kind: "Field", name: { kind: "Name", value: "message" } },
                    ],
                  },
                },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "timing" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "totalMs" } },
                      { kind: "Field", name: { kind: "Name", value: "imageCacheHit" } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<CompareStreamQuery, CompareStreamQueryVariables>;
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
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                {
                  kind: "Field",
                  name: { kind: "Name", value: "model" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "name" } },
                      { kind: "Field", name: { kind: "Name", value: "family" } },
                    ],
                  },
                },
                { kind: "Field", name: { kind: "Name", value: "text" } },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "error" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "code" } },
                      { kind: "Field", name: { kind: "Name", value: "message" } },
                    ],
                  },
                },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "timing" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [{ kind: "Field", name: { kind: "Name", value: "totalMs" } }],
                  },
                },
              ],
            },
          },
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
                { kind: "Field", name: { kind: "Name", value: "totalCount" } },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "edges" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "cursor" } },
                      {
                        kind: "Field",
                        name: { kind: "Name", value: "node" },
                        selectionSet: {
                          kind: "SelectionSet",
                          selections: [
                            { kind: "Field", name: { kind: "Name", value: "id" } },
                            { kind: "Field", name: { kind: "Name", value: "url" } },
                            { kind: "Field", name: { kind: "Name", value: "width" } },
                            { kind: "Field", name: { kind: "Name", value: "height" } },
                            { kind: "Field", name: { kind: "Name", value: "caption" } },
                            { kind: "Field", name: { kind: "Name", value: "createdAt" } },
                          ],
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
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<GalleryQuery, GalleryQueryVariables>;
export const MatchDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "Match" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "image" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ImageInput" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "true" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "String" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "false" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "String" } } },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            alias: { kind: "Name", value: "true" },
            name: { kind: "Name", value: "match" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "image" },
                value: { kind: "Variable", name: { kind: "Name", value: "image" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "text" },
                value: { kind: "Variable", name: { kind: "Name", value: "true" } },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                { kind: "Field", name: { kind: "Name", value: "probability" } },
                { kind: "Field", name: { kind: "Name", value: "similarity" } },
              ],
            },
          },
          {
            kind: "Field",
            alias: { kind: "Name", value: "false" },
            name: { kind: "Name", value: "match" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "image" },
                value: { kind: "Variable", name: { kind: "Name", value: "image" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "text" },
                value: { kind: "Variable", name: { kind: "Name", value: "false" } },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                { kind: "Field", name: { kind: "Name", value: "probability" } },
                { kind: "Field", name: { kind: "Name", value: "similarity" } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<MatchQuery, MatchQueryVariables>;
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
              selections: [
                { kind: "Field", name: { kind: "Name", value: "id" } },
                { kind: "Field", name: { kind: "Name", value: "name" } },
                { kind: "Field", name: { kind: "Name", value: "family" } },
                { kind: "Field", name: { kind: "Name", value: "tasks" } },
                { kind: "Field", name: { kind: "Name", value: "state" } },
                { kind: "Field", name: { kind: "Name", value: "device" } },
                { kind: "Field", name: { kind: "Name", value: "dtype" } },
                { kind: "Field", name: { kind: "Name", value: "parameters" } },
                { kind: "Field", name: { kind: "Name", value: "licence" } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<ModelsQuery, ModelsQueryVariables>;
export const RankTextsDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "RankTexts" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "image" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ImageInput" } } },
        },
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "texts" } },
          type: {
            kind: "NonNullType",
            type: {
              kind: "ListType",
              type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "String" } } },
            },
          },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "retrieveTexts" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "image" },
                value: { kind: "Variable", name: { kind: "Name", value: "image" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "texts" },
                value: { kind: "Variable", name: { kind: "Name", value: "texts" } },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                { kind: "Field", name: { kind: "Name", value: "text" } },
                { kind: "Field", name: { kind: "Name", value: "index" } },
                { kind: "Field", name: { kind: "Name", value: "score" } },
                { kind: "Field", name: { kind: "Name", value: "probability" } },
                { kind: "Field", name: { kind: "Name", value: "similarity" } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<RankTextsQuery, RankTextsQueryVariables>;
export const SchedulerDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "Scheduler" },
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "scheduler" },
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                {
                  kind: "Field",
                  name: { kind: "Name", value: "devices" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "id" } },
                      { kind: "Field", name: { kind: "Name", value: "kind" } },
                      { kind: "Field", name: { kind: "Name", value: "state" } },
                      {
                        kind: "Field",
                        name: { kind: "Name", value: "models" },
                        selectionSet: {
                          kind: "SelectionSet",
                          selections: [
                            {
                              kind: "Field",
                              name: { kind: "Name", value: "model" },
                              selectionSet: {
                                kind: "SelectionSet",
                                selections: [{ kind: "Field", name: { kind: "Name", value: "name" } }],
                              },
                            },
                            { kind: "Field", name: { kind: "Name", value: "queued" } },
                            { kind: "Field", name: { kind: "Name", value: "running" } },
                            { kind: "Field", name: { kind: "Name", value: "meanEncodeBatch" } },
                            { kind: "Field", name: { kind: "Name", value: "meanDecodeBatch" } },
                            { kind: "Field", name: { kind: "Name", value: "encodedImages" } },
                            { kind: "Field", name: { kind: "Name", value: "decodedTokens" } },
                            {
                              kind: "Field",
                              name: { kind: "Name", value: "networks" },
                              selectionSet: {
                                kind: "SelectionSet",
                                selections: [
                                  { kind: "Field", name: { kind: "Name", value: "name" } },
                                  { kind: "Field", name: { kind: "Name", value: "passes" } },
                                  { kind: "Field", name: { kind: "Name", value: "meanBatch" } },
                                ],
                              },
                            },
                          ],
                        },
                      },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<SchedulerQuery, SchedulerQueryVariables>;
export const SearchByImageDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "SearchByImage" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "image" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ImageInput" } } },
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
              { kind: "Argument", name: { kind: "Name", value: "first" }, value: { kind: "IntValue", value: "3" } },
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
                      { kind: "Field", name: { kind: "Name", value: "similarity" } },
                      {
                        kind: "Field",
                        name: { kind: "Name", value: "node" },
                        selectionSet: {
                          kind: "SelectionSet",
                          selections: [
                            { kind: "Field", name: { kind: "Name", value: "id" } },
                            { kind: "Field", name: { kind: "Name", value: "url" } },
                            { kind: "Field", name: { kind: "Name", value: "caption" } },
                          ],
                        },
                      },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<SearchByImageQuery, SearchByImageQueryVariables>;
export const SearchByTextBlip2Document = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "SearchByTextBlip2" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "text" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "String" } } },
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
              { kind: "Argument", name: { kind: "Name", value: "first" }, value: { kind: "IntValue", value: "3" } },
              { kind: "Argument", name: { kind: "Name", value: "rerank" }, value: { kind: "IntValue", value: "16" } },
              {
                kind: "Argument",
                name: { kind: "Name", value: "family" },
                value: { kind: "EnumValue", value: "BLIP2" },
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
                      { kind: "Field", name: { kind: "Name", value: "score" } },
                      { kind: "Field", name: { kind: "Name", value: "probability" } },
                      { kind: "Field", name: { kind: "Name", value: "similarity" } },
                      {
                        kind: "Field",
                        name: { kind: "Name", value: "node" },
                        selectionSet: {
                          kind: "SelectionSet",
                          selections: [
                            { kind: "Field", name: { kind: "Name", value: "id" } },
                            { kind: "Field", name: { kind: "Name", value: "url" } },
                            { kind: "Field", name: { kind: "Name", value: "caption" } },
                          ],
                        },
                      },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<SearchByTextBlip2Query, SearchByTextBlip2QueryVariables>;
export const SearchByTextDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "SearchByText" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "text" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "String" } } },
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
              { kind: "Argument", name: { kind: "Name", value: "first" }, value: { kind: "IntValue", value: "3" } },
              { kind: "Argument", name: { kind: "Name", value: "rerank" }, value: { kind: "IntValue", value: "16" } },
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
                      { kind: "Field", name: { kind: "Name", value: "score" } },
                      { kind: "Field", name: { kind: "Name", value: "probability" } },
                      { kind: "Field", name: { kind: "Name", value: "similarity" } },
                      {
                        kind: "Field",
                        name: { kind: "Name", value: "node" },
                        selectionSet: {
                          kind: "SelectionSet",
                          selections: [
                            { kind: "Field", name: { kind: "Name", value: "id" } },
                            { kind: "Field", name: { kind: "Name", value: "url" } },
                            { kind: "Field", name: { kind: "Name", value: "caption" } },
                          ],
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
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<SearchByTextQuery, SearchByTextQueryVariables>;
export const UploadDocument = {
  kind: "Document",
  definitions: [
    {
      kind: "OperationDefinition",
      operation: "query",
      name: { kind: "Name", value: "Upload" },
      variableDefinitions: [
        {
          kind: "VariableDefinition",
          variable: { kind: "Variable", name: { kind: "Name", value: "image" } },
          type: { kind: "NonNullType", type: { kind: "NamedType", name: { kind: "Name", value: "ImageInput" } } },
        },
      ],
      selectionSet: {
        kind: "SelectionSet",
        selections: [
          {
            kind: "Field",
            name: { kind: "Name", value: "caption" },
            arguments: [
              {
                kind: "Argument",
                name: { kind: "Name", value: "image" },
                value: { kind: "Variable", name: { kind: "Name", value: "image" } },
              },
              {
                kind: "Argument",
                name: { kind: "Name", value: "options" },
                value: {
                  kind: "ObjectValue",
                  fields: [
                    {
                      kind: "ObjectField",
                      name: { kind: "Name", value: "beams" },
                      value: { kind: "IntValue", value: "3" },
                    },
                    {
                      kind: "ObjectField",
                      name: { kind: "Name", value: "maxTokens" },
                      value: { kind: "IntValue", value: "20" },
                    },
                  ],
                },
              },
            ],
            selectionSet: {
              kind: "SelectionSet",
              selections: [
                { kind: "Field", name: { kind: "Name", value: "text" } },
                {
                  kind: "Field",
                  name: { kind: "Name", value: "timing" },
                  selectionSet: {
                    kind: "SelectionSet",
                    selections: [
                      { kind: "Field", name: { kind: "Name", value: "preprocessMs" } },
                      { kind: "Field", name: { kind: "Name", value: "encodeMs" } },
                      { kind: "Field", name: { kind: "Name", value: "decodeMs" } },
                      { kind: "Field", name: { kind: "Name", value: "imageCacheHit" } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<UploadQuery, UploadQueryVariables>;
