import { useDeferStream } from "@graphql-yoga/plugin-defer-stream";
import { createFetch } from "@whatwg-node/fetch";
import { createYoga, type YogaServerInstance } from "graphql-yoga";
import type { Galleries } from "../gallery/galleries.ts";
import type { Gallery } from "../gallery/gallery.ts";
import type { Generations, Inference } from "../inference/index.ts";
import type { Context } from "../resolvers/context.ts";
import type { FetchPicture } from "../resolvers/fetch-picture.ts";
import { imageIdOf } from "../resolvers/global-id.ts";
import { PictureReader } from "../resolvers/picture-reader.ts";
import { schema } from "../schema/index.ts";
import type { Access } from "./access/access.ts";
import { useBodyErrors } from "./body-errors.ts";
import type { Budgets } from "./budgets/budgets.ts";
import { admitChat } from "./budgets/admit-chat.ts";
import { keepCause, reporter, useClientErrors } from "./client-errors.ts";
import type { Config } from "./config.ts";
import { useCsrfPrevention } from "./csrf.ts";
import { useDeviceLimits } from "./device-limits.ts";
import { DocumentCache } from "./document-cache.ts";
import type { Door } from "./door.ts";
import { useDocumentLimits, useNoIntrospection } from "./limits.ts";
import type { Log } from "./log.ts";
import { ObservedInference } from "./observed-inference.ts";
import { useOperationNames } from "./operation-names.ts";
import type { RequestScope } from "./request-scope.ts";
import type { Stopping } from "./stopping.ts";

/** The path of the graph. */
export const endpoint = "/graphql";
/** The most files of one multipart request. */
const maxFiles = 32;

export interface GraphqlParts {
  readonly inference: Inference;
  readonly generations: Generations;
  readonly galleries: Pick<Galleries, "of">;
  /** Who may ask. */
  readonly access: Access;
  /** What they have used of their quotas. */
  readonly budgets: Budgets;
  readonly fetchPicture: FetchPicture;
  readonly config: Config;
  readonly log: Log;
  readonly stopping: Pick<Stopping, "begun">;
  readonly door: Door;
}

/** The graph over HTTP: parsing, limits and errors, with a context for each request. */
export function createGraphql(parts: GraphqlParts): YogaServerInstance<RequestScope, Context> {
  const { config, log } = parts;
  return createYoga<RequestScope, Context>({
    schema,
    graphqlEndpoint: endpoint,
    context: (scope) => createContext(parts, scope),
    // GraphiQL, health and everything else but the graph are the HTTP server's.
    graphiql: false,
    landingPage: false,
    logging: false,
    batching: false,
    // Its own rule answers a foreign origin with "null", which sandboxed pages match: src/cors.ts does it.
    cors: false,
    // Its own rule goes by how the whole URL ends; no URL ends like this.
    healthCheckEndpoint: "\0",
    maxRequestBodySize: config.maxBodyBytes,
    fetchAPI: createFetch({ useNodeFetch: true, formDataLimits: formDataLimits(config) }),
    maskedErrors: { maskError: keepCause },
    parserAndValidationCache: { documentCache: new DocumentCache(), errorCache: new DocumentCache() },
    plugins: [
      useCsrfPrevention(),
      useBodyErrors(config),
      useDocumentLimits(),
      useDeviceLimits(parts),
      useDeferStream(),
      useOperationNames(),
      ...(config.explorer ? [] : [useNoIntrospection()]),
      useClientErrors(log),
    ],
  });
}

function formDataLimits({ maxImageBytes }: Config): { fileSize: number; files: number; fieldSize: number } {
  // A picture in base64 may stand among the variables.
  return { fileSize: maxImageBytes, files: maxFiles, fieldSize: Math.ceil(maxImageBytes / 3) * 4 + 64 * 1024 };
}

function createContext(parts: GraphqlParts, scope: RequestScope): Context {
  const { generations, galleries, budgets, fetchPicture, config, log, stopping, door } = parts;
  const { identity, signal, operation } = scope;
  const { tenant, client, salt, permissions } = identity;
  const watched = new ObservedInference(parts.inference, door.watcherOf(client));
  const inference = new ObservedInference(watched, operation, { client, salt });
  const gallery = galleries.of(tenant);
  const stored = (globalId: string): ReturnType<Gallery["pictureFile"]> => gallery.pictureFile(imageIdOf(globalId));
  const pictures = new PictureReader({ stored, fetchPicture, maxBytes: config.maxImageBytes, signal });
  const deadline = performance.now() + config.requestTimeoutMs;
  return {
    ...{ inference, generations, gallery, pictures, tenant, permissions, client, signal, deadline },
    stopping: stopping.begun,
    admitChat: (until) => admitChat(budgets, identity, until),
    report: reporter(log, scope),
    failed: (code) => operation.failed(code),
  };
}
