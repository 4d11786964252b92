/* eslint-disable */
import * as types from "./graphql.ts";
import type { TypedDocumentNode as DocumentNode } from "@graphql-typed-document-node/core";

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
  "subscription Chat($input: ChatInput!, $after: Int!) {\n  chat(input: $input, after: $after) {\n    __typename\n    generationId\n    seq\n    ... on ChatQueued {\n      position\n      estimatedWaitMs\n    }\n    ... on ChatStarted {\n      model {\n        id\n        name\n        family\n      }\n      promptTokens\n      reusedTokens\n      imageCacheHit\n    }\n    ... on ChatDelta {\n      delta\n    }\n    ... on ChatCompleted {\n      text\n      finishReason\n      promptTokens\n      completionTokens\n      timing {\n        ...TimingParts\n      }\n    }\n    ... on ChatFailed {\n      code\n      message\n      retryable\n      retryAfterMs\n    }\n  }\n}\n\nmutation StopChat($generationId: ID!) {\n  cancelGeneration(input: {generationId: $generationId}) {\n    cancelled\n  }\n}": typeof types.ChatDocument;
  "query Compare($image: ImageInput!, $question: String, $models: [ID!]!) {\n  compare(image: $image, question: $question, models: $models) @stream {\n    model {\n      id\n      name\n      family\n    }\n    text\n    tokens\n    finishReason\n    error {\n      code\n      message\n      retryAfterMs\n    }\n    timing {\n      ...TimingParts\n    }\n  }\n}": typeof types.CompareDocument;
  "fragment ImageParts on Image {\n  id\n  url\n  thumbnail: url(width: 320)\n  width\n  height\n  caption\n}\n\nquery Gallery($first: Int!, $after: String) {\n  images(first: $first, after: $after) {\n    edges {\n      node {\n        ...ImageParts\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n  }\n}": typeof types.ImagePartsFragmentDoc;
  "fragment ModelParts on Model {\n  id\n  name\n  family\n  tasks\n  state\n  device\n  dtype\n  parameters\n  failure\n}\n\nquery Models {\n  models {\n    ...ModelParts\n  }\n}": typeof types.ModelPartsFragmentDoc;
  "query PictureById($id: ID!) {\n  node(id: $id) {\n    __typename\n    ... on Image {\n      ...ImageParts\n    }\n  }\n}": typeof types.PictureByIdDocument;
  "fragment TimingParts on Timing {\n  totalMs\n  queueMs\n  preprocessMs\n  encodeMs\n  decodeMs\n  encodeBatch\n  decodeBatch\n  imageCacheHit\n}": typeof types.TimingPartsFragmentDoc;
  "fragment TileParts on Image {\n  ...ImageParts\n  byteSize\n  createdAt\n  large: url(width: 1280)\n}\n\nquery Pictures($first: Int!, $after: String) {\n  images(first: $first, after: $after) {\n    edges {\n      node {\n        ...TileParts\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n  }\n}\n\nquery SearchByWords($text: String!, $first: Int!, $after: String, $family: ModelFamily!) {\n  retrieveImages(text: $text, first: $first, after: $after, family: $family) {\n    ...HitParts\n  }\n}\n\nquery SearchByPicture($image: ImageInput!, $first: Int!, $after: String, $family: ModelFamily!) {\n  similarImages(image: $image, first: $first, after: $after, family: $family) {\n    ...HitParts\n  }\n}\n\nfragment HitParts on ImageHitConnection {\n  edges {\n    node {\n      ...TileParts\n    }\n    similarity\n    probability\n    score\n  }\n  pageInfo {\n    hasNextPage\n    endCursor\n  }\n}\n\nmutation AddPicture($image: ImageInput!, $caption: String) {\n  addImages(input: {images: [{image: $image, caption: $caption}]}) {\n    images {\n      ...TileParts\n    }\n  }\n}\n\nmutation RemovePictures($ids: [ID!]!) {\n  removeImages(input: {ids: $ids}) {\n    removedIds\n  }\n}": typeof types.TilePartsFragmentDoc;
};
const documents: Documents = {
  "subscription Chat($input: ChatInput!, $after: Int!) {\n  chat(input: $input, after: $after) {\n    __typename\n    generationId\n    seq\n    ... on ChatQueued {\n      position\n      estimatedWaitMs\n    }\n    ... on ChatStarted {\n      model {\n        id\n        name\n        family\n      }\n      promptTokens\n      reusedTokens\n      imageCacheHit\n    }\n    ... on ChatDelta {\n      delta\n    }\n    ... on ChatCompleted {\n      text\n      finishReason\n      promptTokens\n      completionTokens\n      timing {\n        ...TimingParts\n      }\n    }\n    ... on ChatFailed {\n      code\n      message\n      retryable\n      retryAfterMs\n    }\n  }\n}\n\nmutation StopChat($generationId: ID!) {\n  cancelGeneration(input: {generationId: $generationId}) {\n    cancelled\n  }\n}":
    types.ChatDocument,
  "query Compare($image: ImageInput!, $question: String, $models: [ID!]!) {\n  compare(image: $image, question: $question, models: $models) @stream {\n    model {\n      id\n      name\n      family\n    }\n    text\n    tokens\n    finishReason\n    error {\n      code\n      message\n      retryAfterMs\n    }\n    timing {\n      ...TimingParts\n    }\n  }\n}":
    types.CompareDocument,
  "fragment ImageParts on Image {\n  id\n  url\n  thumbnail: url(width: 320)\n  width\n  height\n  caption\n}\n\nquery Gallery($first: Int!, $after: String) {\n  images(first: $first, after: $after) {\n    edges {\n      node {\n        ...ImageParts\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n  }\n}":
    types.ImagePartsFragmentDoc,
  "fragment ModelParts on Model {\n  id\n  name\n  family\n  tasks\n  state\n  device\n  dtype\n  parameters\n  failure\n}\n\nquery Models {\n  models {\n    ...ModelParts\n  }\n}":
    types.ModelPartsFragmentDoc,
  "query PictureById($id: ID!) {\n  node(id: $id) {\n    __typename\n    ... on Image {\n      ...ImageParts\n    }\n  }\n}":
    types.PictureByIdDocument,
  "fragment TimingParts on Timing {\n  totalMs\n  queueMs\n  preprocessMs\n  encodeMs\n  decodeMs\n  encodeBatch\n  decodeBatch\n  imageCacheHit\n}":
    types.TimingPartsFragmentDoc,
  "fragment TileParts on Image {\n  ...ImageParts\n  byteSize\n  createdAt\n  large: url(width: 1280)\n}\n\nquery Pictures($first: Int!, $after: String) {\n  images(first: $first, after: $after) {\n    edges {\n      node {\n        ...TileParts\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n  }\n}\n\nquery SearchByWords($text: String!, $first: Int!, $after: String, $family: ModelFamily!) {\n  retrieveImages(text: $text, first: $first, after: $after, family: $family) {\n    ...HitParts\n  }\n}\n\nquery SearchByPicture($image: ImageInput!, $first: Int!, $after: String, $family: ModelFamily!) {\n  similarImages(image: $image, first: $first, after: $after, family: $family) {\n    ...HitParts\n  }\n}\n\nfragment HitParts on ImageHitConnection {\n  edges {\n    node {\n      ...TileParts\n    }\n    similarity\n    probability\n    score\n  }\n  pageInfo {\n    hasNextPage\n    endCursor\n  }\n}\n\nmutation AddPicture($image: ImageInput!, $caption: String) {\n  addImages(input: {images: [{image: $image, caption: $caption}]}) {\n    images {\n      ...TileParts\n    }\n  }\n}\n\nmutation RemovePictures($ids: [ID!]!) {\n  removeImages(input: {ids: $ids}) {\n    removedIds\n  }\n}":
    types.TilePartsFragmentDoc,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "subscription Chat($input: ChatInput!, $after: Int!) {\n  chat(input: $input, after: $after) {\n    __typename\n    generationId\n    seq\n    ... on ChatQueued {\n      position\n      estimatedWaitMs\n    }\n    ... on ChatStarted {\n      model {\n        id\n        name\n        family\n      }\n      promptTokens\n      reusedTokens\n      imageCacheHit\n    }\n    ... on ChatDelta {\n      delta\n    }\n    ... on ChatCompleted {\n      text\n      finishReason\n      promptTokens\n      completionTokens\n      timing {\n        ...TimingParts\n      }\n    }\n    ... on ChatFailed {\n      code\n      message\n      retryable\n      retryAfterMs\n    }\n  }\n}\n\nmutation StopChat($generationId: ID!) {\n  cancelGeneration(input: {generationId: $generationId}) {\n    cancelled\n  }\n}",
): (typeof documents)["subscription Chat($input: ChatInput!, $after: Int!) {\n  chat(input: $input, after: $after) {\n    __typename\n    generationId\n    seq\n    ... on ChatQueued {\n      position\n      estimatedWaitMs\n    }\n    ... on ChatStarted {\n      model {\n        id\n        name\n        family\n      }\n      promptTokens\n      reusedTokens\n      imageCacheHit\n    }\n    ... on ChatDelta {\n      delta\n    }\n    ... on ChatCompleted {\n      text\n      finishReason\n      promptTokens\n      completionTokens\n      timing {\n        ...TimingParts\n      }\n    }\n    ... on ChatFailed {\n      code\n      message\n      retryable\n      retryAfterMs\n    }\n  }\n}\n\nmutation StopChat($generationId: ID!) {\n  cancelGeneration(input: {generationId: $generationId}) {\n    cancelled\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query Compare($image: ImageInput!, $question: String, $models: [ID!]!) {\n  compare(image: $image, question: $question, models: $models) @stream {\n    model {\n      id\n      name\n      family\n    }\n    text\n    tokens\n    finishReason\n    error {\n      code\n      message\n      retryAfterMs\n    }\n    timing {\n      ...TimingParts\n    }\n  }\n}",
): (typeof documents)["query Compare($image: ImageInput!, $question: String, $models: [ID!]!) {\n  compare(image: $image, question: $question, models: $models) @stream {\n    model {\n      id\n      name\n      family\n    }\n    text\n    tokens\n    finishReason\n    error {\n      code\n      message\n      retryAfterMs\n    }\n    timing {\n      ...TimingParts\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "fragment ImageParts on Image {\n  id\n  url\n  thumbnail: url(width: 320)\n  width\n  height\n  caption\n}\n\nquery Gallery($first: Int!, $after: String) {\n  images(first: $first, after: $after) {\n    edges {\n      node {\n        ...ImageParts\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n  }\n}",
): (typeof documents)["fragment ImageParts on Image {\n  id\n  url\n  thumbnail: url(width: 320)\n  width\n  height\n  caption\n}\n\nquery Gallery($first: Int!, $after: String) {\n  images(first: $first, after: $after) {\n    edges {\n      node {\n        ...ImageParts\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "fragment ModelParts on Model {\n  id\n  name\n  family\n  tasks\n  state\n  device\n  dtype\n  parameters\n  failure\n}\n\nquery Models {\n  models {\n    ...ModelParts\n  }\n}",
): (typeof documents)["fragment ModelParts on Model {\n  id\n  name\n  family\n  tasks\n  state\n  device\n  dtype\n  parameters\n  failure\n}\n\nquery Models {\n  models {\n    ...ModelParts\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query PictureById($id: ID!) {\n  node(id: $id) {\n    __typename\n    ... on Image {\n      ...ImageParts\n    }\n  }\n}",
): (typeof documents)["query PictureById($id: ID!) {\n  node(id: $id) {\n    __typename\n    ... on Image {\n      ...ImageParts\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "fragment TimingParts on Timing {\n  totalMs\n  queueMs\n  preprocessMs\n  encodeMs\n  decodeMs\n  encodeBatch\n  decodeBatch\n  imageCacheHit\n}",
): (typeof documents)["fragment TimingParts on Timing {\n  totalMs\n  queueMs\n  preprocessMs\n  encodeMs\n  decodeMs\n  encodeBatch\n  decodeBatch\n  imageCacheHit\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "fragment TileParts on Image {\n  ...ImageParts\n  byteSize\n  createdAt\n  large: url(width: 1280)\n}\n\nquery Pictures($first: Int!, $after: String) {\n  images(first: $first, after: $after) {\n    edges {\n      node {\n        ...TileParts\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n  }\n}\n\nquery SearchByWords($text: String!, $first: Int!, $after: String, $family: ModelFamily!) {\n  retrieveImages(text: $text, first: $first, after: $after, family: $family) {\n    ...HitParts\n  }\n}\n\nquery SearchByPicture($image: ImageInput!, $first: Int!, $after: String, $family: ModelFamily!) {\n  similarImages(image: $image, first: $first, after: $after, family: $family) {\n    ...HitParts\n  }\n}\n\nfragment HitParts on ImageHitConnection {\n  edges {\n    node {\n      ...TileParts\n    }\n    similarity\n    probability\n    score\n  }\n  pageInfo {\n    hasNextPage\n    endCursor\n  }\n}\n\nmutation AddPicture($image: ImageInput!, $caption: String) {\n  addImages(input: {images: [{image: $image, caption: $caption}]}) {\n    images {\n      ...TileParts\n    }\n  }\n}\n\nmutation RemovePictures($ids: [ID!]!) {\n  removeImages(input: {ids: $ids}) {\n    removedIds\n  }\n}",
): (typeof documents)["fragment TileParts on Image {\n  ...ImageParts\n  byteSize\n  createdAt\n  large: url(width: 1280)\n}\n\nquery Pictures($first: Int!, $after: String) {\n  images(first: $first, after: $after) {\n    edges {\n      node {\n        ...TileParts\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n  }\n}\n\nquery SearchByWords($text: String!, $first: Int!, $after: String, $family: ModelFamily!) {\n  retrieveImages(text: $text, first: $first, after: $after, family: $family) {\n    ...HitParts\n  }\n}\n\nquery SearchByPicture($image: ImageInput!, $first: Int!, $after: String, $family: ModelFamily!) {\n  similarImages(image: $image, first: $first, after: $after, family: $family) {\n    ...HitParts\n  }\n}\n\nfragment HitParts on ImageHitConnection {\n  edges {\n    node {\n      ...TileParts\n    }\n    similarity\n    probability\n    score\n  }\n  pageInfo {\n    hasNextPage\n    endCursor\n  }\n}\n\nmutation AddPicture($image: ImageInput!, $caption: String) {\n  addImages(input: {images: [{image: $image, caption: $caption}]}) {\n    images {\n      ...TileParts\n    }\n  }\n}\n\nmutation RemovePictures($ids: [ID!]!) {\n  removeImages(input: {ids: $ids}) {\n    removedIds\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> =
  TDocumentNode extends DocumentNode<infer TType, any> ? TType : never;
