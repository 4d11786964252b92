/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends " $fragmentName" | "__typename" ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from "@graphql-typed-document-node/core";
/** Why a generated text ended. */
export type FinishReason =
  /** The client gave it up. */
  | "CANCELLED"
  /** It reached the most tokens allowed. */
  | "LENGTH"
  /** The model ended it, or a stop string came. */
  | "STOP";

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
  /** Could not be loaded. */
  | "FAILED"
  /** Being loaded; requests wait. */
  | "LOADING"
  /** Answering. */
  | "READY"
  /** Not in memory. */
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
