import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { handleProtocols, makeServer } from "graphql-ws";
import { WebSocketServer } from "ws";
import type { Access } from "./access/access.ts";
import { credentialOfPayload } from "./access/credential.ts";
import { visitorOf } from "./access/visitor.ts";
import type { Budgets } from "./budgets/budgets.ts";
import type { Config } from "./config.ts";
import { endpoint, type createGraphql } from "./graphql.ts";
import type { Log } from "./log.ts";
import type { OperationOptions } from "./operation.ts";
import type { OnRefusal } from "./refused-request.ts";
import { traceParentOf, type Traces } from "./traces.ts";
import { refusalOf, refuse } from "./websocket-admission.ts";
import { WebsocketConnection } from "./websocket-connection.ts";
import { websocketLimits, type WebsocketLimits } from "./websocket-limits.ts";
import { websocketOptions, type SocketScope } from "./websocket-operations.ts";

export interface WebsocketParts {
  readonly graphql: ReturnType<typeof createGraphql>;
  readonly access: Access;
  readonly budgets: Budgets;
  readonly config: Config;
  readonly log: Log;
  /** Told of each operation that has ended. */
  readonly onOperation: OperationOptions["onEnd"];
  readonly onRefusal?: OnRefusal | undefined;
  /** Absent where operations are not traced. */
  readonly traces?: Traces | undefined;
  /** Where they shall differ. @default websocketLimits, and those of the configuration */
  readonly limits?: Partial<WebsocketLimits> | undefined;
}

/** The graph over WebSocket, by graphql-transport-ws, on the path of the HTTP one. */
export interface WebsocketServer {
  /** Makes a socket of a request, or refuses to. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Takes no new sockets and operations, and closes each socket once nothing runs on it. */
  drain(): void;
  /** Whether an operation runs on any socket. */
  readonly isBusy: boolean;
  /** Cuts the sockets that are left. */
  close(): void;
}

export function createWebsocket({
  config,
  access,
  onRefusal,
  limits: given,
  ...parts
}: WebsocketParts): WebsocketServer {
  const { log } = parts;
  const { maxSockets, maxSocketsPerAddress } = config;
  const limits = { ...websocketLimits, maxSockets, maxSocketsPerAddress, ...given };
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: config.maxBodyBytes,
    // A client that speaks another is let in, to be told so by the code with which it is closed.
    handleProtocols: (offered) => handleProtocols(offered) || [...offered][0]!,
  });
  let draining = false;
  const isDraining = (): boolean => draining;
  const protocol = makeServer<Record<string, unknown>, SocketScope>(websocketOptions({ ...parts, limits, isDraining }));
  const connections = new Map<WebsocketConnection, string>();
  return {
    upgrade(request, socket, head) {
      socket.on("error", () => undefined);
      const visitor = visitorOf(request, config);
      const sameAddress = [...connections.values()].filter((other) => other === visitor.address).length;
      const open = { total: connections.size, sameAddress };
      const refusal = refusalOf(request, { config, limits, path: endpoint, isDraining: draining, open });
      if (refusal) {
        onRefusal?.({ transport: "websocket", status: refusal.status });
        refuse(socket, refusal);
        return;
      }
      server.handleUpgrade(request, socket, head, (opened) => {
        const parent = traceParentOf(request.headers);
        const identify: SocketScope["identify"] = (params) =>
          access.identify({ ...visitor, credential: credentialOfPayload(params) ?? visitor.credential });
        const connection = new WebsocketConnection(opened, { protocol, identify, parent, limits, log, isDraining });
        connections.set(connection, visitor.address);
        opened.once("close", () => connections.delete(connection));
      });
    },
    drain() {
      draining = true;
      for (const connection of connections.keys()) connection.drain();
    },
    get isBusy() {
      return [...connections.keys()].some((connection) => connection.isBusy);
    },
    close() {
      for (const client of server.clients) client.terminate();
    },
  };
}
