import { createServer as createHttpServer, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Generations } from "../inference/index.ts";
import { createChats } from "./chats.ts";
import { Door } from "./door.ts";
import { drain } from "./drain.ts";
import type { Explorer } from "./explorer.ts";
import { createGraphql, type GraphqlParts } from "./graphql.ts";
import { listen } from "./listen.ts";
import type { Log } from "./log.ts";
import type { OperationOptions } from "./operation.ts";
import { declineUpgrade, wantsWebsocket } from "./other-upgrades.ts";
import type { OnRefusal } from "./refused-request.ts";
import { sendError } from "./respond.ts";
import { route } from "./routes.ts";
import { Stopping } from "./stopping.ts";
import type { Traces } from "./traces.ts";
import type { WebPage } from "./web-page.ts";
import { createWebsocket } from "./websocket.ts";
import type { WebsocketLimits } from "./websocket-limits.ts";

export interface ServerParts extends Omit<GraphqlParts, "generations" | "stopping" | "door"> {
  /** The chats of all nodes; without it, they are this process's. */
  readonly generations?: Generations | undefined;
  /** GraphiQL; absent where it is switched off. */
  readonly explorer?: Explorer | undefined;
  /** The page for people; absent where it is switched off. */
  readonly webPage?: WebPage | undefined;
  /** The models that were named at start, which inference knows only once it has read them. */
  readonly modelNames?: readonly string[] | undefined;
  /** Told of each operation that has ended, as the log is. */
  readonly onOperation?: OperationOptions["onEnd"] | undefined;
  readonly onRefusal?: OnRefusal | undefined;
  /** Where spans of operations go; whoever made them closes them, after the server. */
  readonly traces?: Traces | undefined;
  readonly websocketLimits?: Partial<WebsocketLimits> | undefined;
}

/** The HTTP server, not listening yet. Whoever made the inference and the gallery closes them, after the server. */
export interface TriptychServer {
  readonly http: Server;
  /** Resolves to where it listens, such as http://127.0.0.1:4000. */
  listen(): Promise<string>;
  /** Takes nothing new, lets what runs end within the grace, and cuts the rest, which is told so. */
  close(graceMs?: number): Promise<void>;
}

/** A client must have sent its headers by then; bodies, with pictures, may take longer. */
const headersTimeoutMs = 15_000;
const bodyTimeoutMs = 120_000;
const defaultGraceMs = 5_000;

/** The server of the graph, its explorer, the gallery's files and the operator's checks. */
export function createServer(given: ServerParts): TriptychServer {
  const generations = given.generations ?? createChats(given.inference, given.config, given.log);
  const stopping = new Stopping();
  const parts = { ...given, generations, stopping, door: new Door() };
  const onOperation: OperationOptions["onEnd"] = (operation) => {
    given.log.finished(operation);
    given.onOperation?.(operation);
  };
  const graphql = createGraphql(parts);
  const http = createHttpServer({
    headersTimeout: headersTimeoutMs,
    requestTimeout: bodyTimeoutMs,
    connectionsCheckingInterval: 5_000,
  });
  const websocket = createWebsocket({ ...parts, onOperation, graphql, limits: given.websocketLimits });
  const connections = connectionsOf(http);
  http.on("request", (request, response) => {
    stopping.watch(response);
    route({ ...parts, onOperation, graphql }, request, response).catch((error: unknown) =>
      fail(parts.log, error, response),
    );
  });
  http.on("upgrade", (request, socket, head) => {
    if (wantsWebsocket(request)) websocket.upgrade(request, socket, head);
    else declineUpgrade(http, request, socket, head);
  });
  return {
    http,
    listen: () => listen(http, { ...parts.config, flags: "--host and --port" }),
    close: async (graceMs = defaultGraceMs) => {
      stopping.begin();
      generations.drain();
      websocket.drain();
      await drain(http, {
        graceMs,
        isBusy: () => stopping.numAnswering > 0 || websocket.isBusy,
        onClosed: () => closeUnused(connections),
        cut: () => {
          generations.stop();
          stopping.cutOff();
        },
        end: () => websocket.close(),
      });
      await graphql.dispose();
    },
  };
}

/** The open connections. Those on which not a byte came, as browsers open in advance, do not count as idle for Node. */
function connectionsOf(http: Server): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  http.on("connection", (socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  return connections;
}

function closeUnused(connections: ReadonlySet<Socket>): void {
  for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
}

/** Something that no layer expected: the operator is told, the client is told no more than that. */
function fail(log: Log, error: unknown, response: ServerResponse): void {
  log.error("a request failed unexpectedly", error);
  if (response.headersSent) return void response.destroy();
  sendError(response, 500, { code: "INTERNAL_SERVER_ERROR", message: "Something went wrong that should not have." });
}
