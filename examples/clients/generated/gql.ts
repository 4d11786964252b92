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
  "query AskBlip2($image: ImageInput!, $question: String!) {\n  vqa(image: $image, question: $question, family: BLIP2) {\n    text\n    finishReason\n    model {\n      name\n      family\n    }\n  }\n}": typeof types.AskBlip2Document;
  "query AskLlava($image: ImageInput!, $question: String!, $seed: Int) {\n  vqa(\n    image: $image\n    question: $question\n    family: LLAVA\n    options: {temperature: 0.2, topP: 0.9, seed: $seed}\n  ) {\n    text\n    finishReason\n    model {\n      name\n      family\n    }\n  }\n}": typeof types.AskLlavaDocument;
  'query Ask($image: ImageInput!, $question: String!, $another: String!) {\n  question: vqa(image: $image, question: $question) {\n    text\n  }\n  another: vqa(image: $image, question: $another) {\n    text\n  }\n  background: vqa(image: $image, question: "what color is the background?") {\n    text\n    timing {\n      totalMs\n      decodeBatch\n    }\n  }\n}': typeof types.AskDocument;
  "mutation Cancel($input: CancelGenerationInput!) {\n  cancelGeneration(input: $input) {\n    cancelled\n  }\n}": typeof types.CancelDocument;
  "query CaptionBlip2($image: ImageInput!, $prompt: String) {\n  caption(\n    image: $image\n    family: BLIP2\n    prompt: $prompt\n    options: {beams: 5, lengthPenalty: 1, maxTokens: 30}\n  ) {\n    text\n    tokens\n    finishReason\n    model {\n      name\n      family\n    }\n  }\n}": typeof types.CaptionBlip2Document;
  "query CaptionLlava($image: ImageInput!, $prompt: String) {\n  caption(image: $image, family: LLAVA, prompt: $prompt, options: {maxTokens: 60}) {\n    text\n    tokens\n    finishReason\n    model {\n      name\n      family\n    }\n  }\n}": typeof types.CaptionLlavaDocument;
  "query Caption($image: ImageInput!) {\n  caption(image: $image) {\n    text\n    tokens\n    finishReason\n    model {\n      name\n    }\n    timing {\n      totalMs\n      encodeBatch\n      imageCacheHit\n    }\n  }\n}": typeof types.CaptionDocument;
  "subscription Chat($input: ChatInput!, $after: Int) {\n  chat(input: $input, after: $after) {\n    __typename\n    generationId\n    seq\n    ... on ChatQueued {\n      position\n      estimatedWaitMs\n    }\n    ... on ChatStarted {\n      model {\n        name\n      }\n      promptTokens\n      imageCacheHit\n    }\n    ... on ChatDelta {\n      delta\n      text\n    }\n    ... on ChatCompleted {\n      text\n      finishReason\n      promptTokens\n      completionTokens\n      timing {\n        totalMs\n        queueMs\n      }\n    }\n    ... on ChatFailed {\n      code\n      message\n      retryable\n    }\n  }\n}": typeof types.ChatDocument;
  "query Choose($image: ImageInput!, $question: String!, $choices: [String!]!) {\n  vqa(image: $image, question: $question, choices: $choices) {\n    text\n    ranking {\n      text\n      score\n    }\n  }\n}": typeof types.ChooseDocument;
  "query CompareStream($image: ImageInput!, $question: String, $families: [ModelFamily!], $models: [ID!]) {\n  compare(\n    image: $image\n    question: $question\n    families: $families\n    models: $models\n  ) @stream {\n    model {\n      name\n      family\n    }\n    text\n    error {\n      code\n      message\n    }\n    timing {\n      totalMs\n      imageCacheHit\n    }\n  }\n}": typeof types.CompareStreamDocument;
  "query Compare($image: ImageInput!, $question: String) {\n  compare(image: $image, question: $question) {\n    model {\n      name\n      family\n    }\n    text\n    error {\n      code\n      message\n    }\n    timing {\n      totalMs\n    }\n  }\n}": typeof types.CompareDocument;
  "query Gallery($first: Int!, $after: String) {\n  images(first: $first, after: $after) {\n    totalCount\n    edges {\n      cursor\n      node {\n        id\n        url\n        width\n        height\n        caption\n        createdAt\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}": typeof types.GalleryDocument;
  "query Match($image: ImageInput!, $true: String!, $false: String!) {\n  true: match(image: $image, text: $true) {\n    probability\n    similarity\n  }\n  false: match(image: $image, text: $false) {\n    probability\n    similarity\n  }\n}": typeof types.MatchDocument;
  "query Models {\n  models {\n    id\n    name\n    family\n    tasks\n    state\n    device\n    dtype\n    parameters\n    licence\n  }\n}": typeof types.ModelsDocument;
  "query RankTexts($image: ImageInput!, $texts: [String!]!) {\n  retrieveTexts(image: $image, texts: $texts) {\n    text\n    index\n    score\n    probability\n    similarity\n  }\n}": typeof types.RankTextsDocument;
  "query Scheduler {\n  scheduler {\n    devices {\n      id\n      kind\n      state\n      models {\n        model {\n          name\n        }\n        queued\n        running\n        meanEncodeBatch\n        meanDecodeBatch\n        encodedImages\n        decodedTokens\n        networks {\n          name\n          passes\n          meanBatch\n        }\n      }\n    }\n  }\n}": typeof types.SchedulerDocument;
  "query SearchByImage($image: ImageInput!) {\n  similarImages(image: $image, first: 3) {\n    edges {\n      similarity\n      node {\n        id\n        url\n        caption\n      }\n    }\n  }\n}": typeof types.SearchByImageDocument;
  "query SearchByTextBlip2($text: String!) {\n  retrieveImages(text: $text, first: 3, rerank: 16, family: BLIP2) {\n    edges {\n      score\n      probability\n      similarity\n      node {\n        id\n        url\n        caption\n      }\n    }\n  }\n}": typeof types.SearchByTextBlip2Document;
  "query SearchByText($text: String!) {\n  retrieveImages(text: $text, first: 3, rerank: 16) {\n    edges {\n      score\n      probability\n      similarity\n      node {\n        id\n        url\n        caption\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}": typeof types.SearchByTextDocument;
  "query Upload($image: ImageInput!) {\n  caption(image: $image, options: {beams: 3, maxTokens: 20}) {\n    text\n    timing {\n      preprocessMs\n      encodeMs\n      decodeMs\n      imageCacheHit\n    }\n  }\n}": typeof types.UploadDocument;
};
const documents: Documents = {
  "query AskBlip2($image: ImageInput!, $question: String!) {\n  vqa(image: $image, question: $question, family: BLIP2) {\n    text\n    finishReason\n    model {\n      name\n      family\n    }\n  }\n}":
    types.AskBlip2Document,
  "query AskLlava($image: ImageInput!, $question: String!, $seed: Int) {\n  vqa(\n    image: $image\n    question: $question\n    family: LLAVA\n    options: {temperature: 0.2, topP: 0.9, seed: $seed}\n  ) {\n    text\n    finishReason\n    model {\n      name\n      family\n    }\n  }\n}":
    types.AskLlavaDocument,
  'query Ask($image: ImageInput!, $question: String!, $another: String!) {\n  question: vqa(image: $image, question: $question) {\n    text\n  }\n  another: vqa(image: $image, question: $another) {\n    text\n  }\n  background: vqa(image: $image, question: "what color is the background?") {\n    text\n    timing {\n      totalMs\n      decodeBatch\n    }\n  }\n}':
    types.AskDocument,
  "mutation Cancel($input: CancelGenerationInput!) {\n  cancelGeneration(input: $input) {\n    cancelled\n  }\n}":
    types.CancelDocument,
  "query CaptionBlip2($image: ImageInput!, $prompt: String) {\n  caption(\n    image: $image\n    family: BLIP2\n    prompt: $prompt\n    options: {beams: 5, lengthPenalty: 1, maxTokens: 30}\n  ) {\n    text\n    tokens\n    finishReason\n    model {\n      name\n      family\n    }\n  }\n}":
    types.CaptionBlip2Document,
  "query CaptionLlava($image: ImageInput!, $prompt: String) {\n  caption(image: $image, family: LLAVA, prompt: $prompt, options: {maxTokens: 60}) {\n    text\n    tokens\n    finishReason\n    model {\n      name\n      family\n    }\n  }\n}":
    types.CaptionLlavaDocument,
  "query Caption($image: ImageInput!) {\n  caption(image: $image) {\n    text\n    tokens\n    finishReason\n    model {\n      name\n    }\n    timing {\n      totalMs\n      encodeBatch\n      imageCacheHit\n    }\n  }\n}":
    types.CaptionDocument,
  "subscription Chat($input: ChatInput!, $after: Int) {\n  chat(input: $input, after: $after) {\n    __typename\n    generationId\n    seq\n    ... on ChatQueued {\n      position\n      estimatedWaitMs\n    }\n    ... on ChatStarted {\n      model {\n        name\n      }\n      promptTokens\n      imageCacheHit\n    }\n    ... on ChatDelta {\n      delta\n      text\n    }\n    ... on ChatCompleted {\n      text\n      finishReason\n      promptTokens\n      completionTokens\n      timing {\n        totalMs\n        queueMs\n      }\n    }\n    ... on ChatFailed {\n      code\n      message\n      retryable\n    }\n  }\n}":
    types.ChatDocument,
  "query Choose($image: ImageInput!, $question: String!, $choices: [String!]!) {\n  vqa(image: $image, question: $question, choices: $choices) {\n    text\n    ranking {\n      text\n      score\n    }\n  }\n}":
    types.ChooseDocument,
  "query CompareStream($image: ImageInput!, $question: String, $families: [ModelFamily!], $models: [ID!]) {\n  compare(\n    image: $image\n    question: $question\n    families: $families\n    models: $models\n  ) @stream {\n    model {\n      name\n      family\n    }\n    text\n    error {\n      code\n      message\n    }\n    timing {\n      totalMs\n      imageCacheHit\n    }\n  }\n}":
    types.CompareStreamDocument,
  "query Compare($image: ImageInput!, $question: String) {\n  compare(image: $image, question: $question) {\n    model {\n      name\n      family\n    }\n    text\n    error {\n      code\n      message\n    }\n    timing {\n      totalMs\n    }\n  }\n}":
    types.CompareDocument,
  "query Gallery($first: Int!, $after: String) {\n  images(first: $first, after: $after) {\n    totalCount\n    edges {\n      cursor\n      node {\n        id\n        url\n        width\n        height\n        caption\n        createdAt\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}":
    types.GalleryDocument,
  "query Match($image: ImageInput!, $true: String!, $false: String!) {\n  true: match(image: $image, text: $true) {\n    probability\n    similarity\n  }\n  false: match(image: $image, text: $false) {\n    probability\n    similarity\n  }\n}":
    types.MatchDocument,
  "query Models {\n  models {\n    id\n    name\n    family\n    tasks\n    state\n    device\n    dtype\n    parameters\n    licence\n  }\n}":
    types.ModelsDocument,
  "query RankTexts($image: ImageInput!, $texts: [String!]!) {\n  retrieveTexts(image: $image, texts: $texts) {\n    text\n    index\n    score\n    probability\n    similarity\n  }\n}":
    types.RankTextsDocument,
  "query Scheduler {\n  scheduler {\n    devices {\n      id\n      kind\n      state\n      models {\n        model {\n          name\n        }\n        queued\n        running\n        meanEncodeBatch\n        meanDecodeBatch\n        encodedImages\n        decodedTokens\n        networks {\n          name\n          passes\n          meanBatch\n        }\n      }\n    }\n  }\n}":
    types.SchedulerDocument,
  "query SearchByImage($image: ImageInput!) {\n  similarImages(image: $image, first: 3) {\n    edges {\n      similarity\n      node {\n        id\n        url\n        caption\n      }\n    }\n  }\n}":
    types.SearchByImageDocument,
  "query SearchByTextBlip2($text: String!) {\n  retrieveImages(text: $text, first: 3, rerank: 16, family: BLIP2) {\n    edges {\n      score\n      probability\n      similarity\n      node {\n        id\n        url\n        caption\n      }\n    }\n  }\n}":
    types.SearchByTextBlip2Document,
  "query SearchByText($text: String!) {\n  retrieveImages(text: $text, first: 3, rerank: 16) {\n    edges {\n      score\n      probability\n      similarity\n      node {\n        id\n        url\n        caption\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}":
    types.SearchByTextDocument,
  "query Upload($image: ImageInput!) {\n  caption(image: $image, options: {beams: 3, maxTokens: 20}) {\n    text\n    timing {\n      preprocessMs\n      encodeMs\n      decodeMs\n      imageCacheHit\n    }\n  }\n}":
    types.UploadDocument,
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
  source: "query AskBlip2($image: ImageInput!, $question: String!) {\n  vqa(image: $image, question: $question, family: BLIP2) {\n    text\n    finishReason\n    model {\n      name\n      family\n    }\n  }\n}",
): (typeof documents)["query AskBlip2($image: ImageInput!, $question: String!) {\n  vqa(image: $image, question: $question, family: BLIP2) {\n    text\n    finishReason\n    model {\n      name\n      family\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query AskLlava($image: ImageInput!, $question: String!, $seed: Int) {\n  vqa(\n    image: $image\n    question: $question\n    family: LLAVA\n    options: {temperature: 0.2, topP: 0.9, seed: $seed}\n  ) {\n    text\n    finishReason\n    model {\n      name\n      family\n    }\n  }\n}",
): (typeof documents)["query AskLlava($image: ImageInput!, $question: String!, $seed: Int) {\n  vqa(\n    image: $image\n    question: $question\n    family: LLAVA\n    options: {temperature: 0.2, topP: 0.9, seed: $seed}\n  ) {\n    text\n    finishReason\n    model {\n      name\n      family\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: 'query Ask($image: ImageInput!, $question: String!, $another: String!) {\n  question: vqa(image: $image, question: $question) {\n    text\n  }\n  another: vqa(image: $image, question: $another) {\n    text\n  }\n  background: vqa(image: $image, question: "what color is the background?") {\n    text\n    timing {\n      totalMs\n      decodeBatch\n    }\n  }\n}',
): (typeof documents)['query Ask($image: ImageInput!, $question: String!, $another: String!) {\n  question: vqa(image: $image, question: $question) {\n    text\n  }\n  another: vqa(image: $image, question: $another) {\n    text\n  }\n  background: vqa(image: $image, question: "what color is the background?") {\n    text\n    timing {\n      totalMs\n      decodeBatch\n    }\n  }\n}'];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "mutation Cancel($input: CancelGenerationInput!) {\n  cancelGeneration(input: $input) {\n    cancelled\n  }\n}",
): (typeof documents)["mutation Cancel($input: CancelGenerationInput!) {\n  cancelGeneration(input: $input) {\n    cancelled\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query CaptionBlip2($image: ImageInput!, $prompt: String) {\n  caption(\n    image: $image\n    family: BLIP2\n    prompt: $prompt\n    options: {beams: 5, lengthPenalty: 1, maxTokens: 30}\n  ) {\n    text\n    tokens\n    finishReason\n    model {\n      name\n      family\n    }\n  }\n}",
): (typeof documents)["query CaptionBlip2($image: ImageInput!, $prompt: String) {\n  caption(\n    image: $image\n    family: BLIP2\n    prompt: $prompt\n    options: {beams: 5, lengthPenalty: 1, maxTokens: 30}\n  ) {\n    text\n    tokens\n    finishReason\n    model {\n      name\n      family\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query CaptionLlava($image: ImageInput!, $prompt: String) {\n  caption(image: $image, family: LLAVA, prompt: $prompt, options: {maxTokens: 60}) {\n    text\n    tokens\n    finishReason\n    model {\n      name\n      family\n    }\n  }\n}",
): (typeof documents)["query CaptionLlava($image: ImageInput!, $prompt: String) {\n  caption(image: $image, family: LLAVA, prompt: $prompt, options: {maxTokens: 60}) {\n    text\n    tokens\n    finishReason\n    model {\n      name\n      family\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query Caption($image: ImageInput!) {\n  caption(image: $image) {\n    text\n    tokens\n    finishReason\n    model {\n      name\n    }\n    timing {\n      totalMs\n      encodeBatch\n      imageCacheHit\n    }\n  }\n}",
): (typeof documents)["query Caption($image: ImageInput!) {\n  caption(image: $image) {\n    text\n    tokens\n    finishReason\n    model {\n      name\n    }\n    timing {\n      totalMs\n      encodeBatch\n      imageCacheHit\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "subscription Chat($input: ChatInput!, $after: Int) {\n  chat(input: $input, after: $after) {\n    __typename\n    generationId\n    seq\n    ... on ChatQueued {\n      position\n      estimatedWaitMs\n    }\n    ... on ChatStarted {\n      model {\n        name\n      }\n      promptTokens\n      imageCacheHit\n    }\n    ... on ChatDelta {\n      delta\n      text\n    }\n    ... on ChatCompleted {\n      text\n      finishReason\n      promptTokens\n      completionTokens\n      timing {\n        totalMs\n        queueMs\n      }\n    }\n    ... on ChatFailed {\n      code\n      message\n      retryable\n    }\n  }\n}",
): (typeof documents)["subscription Chat($input: ChatInput!, $after: Int) {\n  chat(input: $input, after: $after) {\n    __typename\n    generationId\n    seq\n    ... on ChatQueued {\n      position\n      estimatedWaitMs\n    }\n    ... on ChatStarted {\n      model {\n        name\n      }\n      promptTokens\n      imageCacheHit\n    }\n    ... on ChatDelta {\n      delta\n      text\n    }\n    ... on ChatCompleted {\n      text\n      finishReason\n      promptTokens\n      completionTokens\n      timing {\n        totalMs\n        queueMs\n      }\n    }\n    ... on ChatFailed {\n      code\n      message\n      retryable\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query Choose($image: ImageInput!, $question: String!, $choices: [String!]!) {\n  vqa(image: $image, question: $question, choices: $choices) {\n    text\n    ranking {\n      text\n      score\n    }\n  }\n}",
): (typeof documents)["query Choose($image: ImageInput!, $question: String!, $choices: [String!]!) {\n  vqa(image: $image, question: $question, choices: $choices) {\n    text\n    ranking {\n      text\n      score\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query CompareStream($image: ImageInput!, $question: String, $families: [ModelFamily!], $models: [ID!]) {\n  compare(\n    image: $image\n    question: $question\n    families: $families\n    models: $models\n  ) @stream {\n    model {\n      name\n      family\n    }\n    text\n    error {\n      code\n      message\n    }\n    timing {\n      totalMs\n      imageCacheHit\n    }\n  }\n}",
): (typeof documents)["query CompareStream($image: ImageInput!, $question: String, $families: [ModelFamily!], $models: [ID!]) {\n  compare(\n    image: $image\n    question: $question\n    families: $families\n    models: $models\n  ) @stream {\n    model {\n      name\n      family\n    }\n    text\n    error {\n      code\n      message\n    }\n    timing {\n      totalMs\n      imageCacheHit\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query Compare($image: ImageInput!, $question: String) {\n  compare(image: $image, question: $question) {\n    model {\n      name\n      family\n    }\n    text\n    error {\n      code\n      message\n    }\n    timing {\n      totalMs\n    }\n  }\n}",
): (typeof documents)["query Compare($image: ImageInput!, $question: String) {\n  compare(image: $image, question: $question) {\n    model {\n      name\n      family\n    }\n    text\n    error {\n      code\n      message\n    }\n    timing {\n      totalMs\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query Gallery($first: Int!, $after: String) {\n  images(first: $first, after: $after) {\n    totalCount\n    edges {\n      cursor\n      node {\n        id\n        url\n        width\n        height\n        caption\n        createdAt\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}",
): (typeof documents)["query Gallery($first: Int!, $after: String) {\n  images(first: $first, after: $after) {\n    totalCount\n    edges {\n      cursor\n      node {\n        id\n        url\n        width\n        height\n        caption\n        createdAt\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query Match($image: ImageInput!, $true: String!, $false: String!) {\n  true: match(image: $image, text: $true) {\n    probability\n    similarity\n  }\n  false: match(image: $image, text: $false) {\n    probability\n    similarity\n  }\n}",
): (typeof documents)["query Match($image: ImageInput!, $true: String!, $false: String!) {\n  true: match(image: $image, text: $true) {\n    probability\n    similarity\n  }\n  false: match(image: $image, text: $false) {\n    probability\n    similarity\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query Models {\n  models {\n    id\n    name\n    family\n    tasks\n    state\n    device\n    dtype\n    parameters\n    licence\n  }\n}",
): (typeof documents)["query Models {\n  models {\n    id\n    name\n    family\n    tasks\n    state\n    device\n    dtype\n    parameters\n    licence\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query RankTexts($image: ImageInput!, $texts: [String!]!) {\n  retrieveTexts(image: $image, texts: $texts) {\n    text\n    index\n    score\n    probability\n    similarity\n  }\n}",
): (typeof documents)["query RankTexts($image: ImageInput!, $texts: [String!]!) {\n  retrieveTexts(image: $image, texts: $texts) {\n    text\n    index\n    score\n    probability\n    similarity\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query Scheduler {\n  scheduler {\n    devices {\n      id\n      kind\n      state\n      models {\n        model {\n          name\n        }\n        queued\n        running\n        meanEncodeBatch\n        meanDecodeBatch\n        encodedImages\n        decodedTokens\n        networks {\n          name\n          passes\n          meanBatch\n        }\n      }\n    }\n  }\n}",
): (typeof documents)["query Scheduler {\n  scheduler {\n    devices {\n      id\n      kind\n      state\n      models {\n        model {\n          name\n        }\n        queued\n        running\n        meanEncodeBatch\n        meanDecodeBatch\n        encodedImages\n        decodedTokens\n        networks {\n          name\n          passes\n          meanBatch\n        }\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query SearchByImage($image: ImageInput!) {\n  similarImages(image: $image, first: 3) {\n    edges {\n      similarity\n      node {\n        id\n        url\n        caption\n      }\n    }\n  }\n}",
): (typeof documents)["query SearchByImage($image: ImageInput!) {\n  similarImages(image: $image, first: 3) {\n    edges {\n      similarity\n      node {\n        id\n        url\n        caption\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query SearchByTextBlip2($text: String!) {\n  retrieveImages(text: $text, first: 3, rerank: 16, family: BLIP2) {\n    edges {\n      score\n      probability\n      similarity\n      node {\n        id\n        url\n        caption\n      }\n    }\n  }\n}",
): (typeof documents)["query SearchByTextBlip2($text: String!) {\n  retrieveImages(text: $text, first: 3, rerank: 16, family: BLIP2) {\n    edges {\n      score\n      probability\n      similarity\n      node {\n        id\n        url\n        caption\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query SearchByText($text: String!) {\n  retrieveImages(text: $text, first: 3, rerank: 16) {\n    edges {\n      score\n      probability\n      similarity\n      node {\n        id\n        url\n        caption\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}",
): (typeof documents)["query SearchByText($text: String!) {\n  retrieveImages(text: $text, first: 3, rerank: 16) {\n    edges {\n      score\n      probability\n      similarity\n      node {\n        id\n        url\n        caption\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(
  source: "query Upload($image: ImageInput!) {\n  caption(image: $image, options: {beams: 3, maxTokens: 20}) {\n    text\n    timing {\n      preprocessMs\n      encodeMs\n      decodeMs\n      imageCacheHit\n    }\n  }\n}",
): (typeof documents)["query Upload($image: ImageInput!) {\n  caption(image: $image, options: {beams: 3, maxTokens: 20}) {\n    text\n    timing {\n      preprocessMs\n      encodeMs\n      decodeMs\n      imageCacheHit\n    }\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> =
  TDocumentNode extends DocumentNode<infer TType, any> ? TType : never;
