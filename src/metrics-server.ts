import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Inference } from "../inference/index.ts";
import type { Access } from "./access/access.ts";
import { refusing } from "./access/refusing.ts";
import { visitorOf } from "./access/visitor.ts";
import type { MetricsAddress } from "./config.ts";
import { isAddressedTo, pathOf, wrongHost } from "./hosts.ts";
import { listen } from "./listen.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { refuseMethod, sendError } from "./respond.ts";

const path = "/metrics";

export interface MetricsServerParts {
  readonly metrics: Metrics;
  readonly inference: Inference;
  readonly address: MetricsAddress;
  readonly log: Log;
  /** Says who may see them; absent where everybody may who can reach the address. */
  readonly access?: Access | undefined;
}

export interface MetricsServer {
  /** Where the metrics are, such as http://127.0.0.1:9464/metrics. */
  readonly url: string;
  close(): Promise<void>;
}

/** Gives the metrics on a port of their own, which need not be open to those who ask the graph. */
export async function startMetricsServer(parts: MetricsServerParts): Promise<MetricsServer> {
  const http = createServer((request, response) => {
    answer(parts, request, response).catch((error: unknown) => fail(parts.log, error, response));
  });
  const url = await listen(http, { ...parts.address, flags: "--metrics-host and --metrics-port" });
  return { url: `${url}${path}`, close: () => close(http) };
}

async function answer(
  { metrics, inference, address, access }: MetricsServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isAddressedTo(address.hosts, request)) {
    sendError(response, 421, { code: "FORBIDDEN", message: wrongHost(request) });
  } else if (pathOf(request) !== path) {
    sendError(response, 404, { code: "NOT_FOUND", message: `There is nothing at this path. Metrics are at ${path}.` });
  } else if (request.method !== "GET" && request.method !== "HEAD") refuseMethod(response);
  else if (await mayWatch(access, request, response)) {
    const text = await metrics.scrape(inference);
    response.writeHead(200, { "content-type": metrics.contentType, "cache-control": "no-store" }).end(text);
  }
}

/** An admin, where it matters; answers everybody else. */
async function mayWatch(
  access: Access | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (access === undefined) return true;
  const identity = await refusing({}, response, () => access.identify(visitorOf(request, { clientHeader: undefined })));
  if (identity === undefined) return false;
  const isAdmin = identity.permissions.has("watchServer");
  if (!isAdmin) sendError(response, 403, { code: "FORBIDDEN", message: "Metrics are for admins' keys." });
  return isAdmin;
}

function fail(log: Log, error: unknown, response: ServerResponse): void {
  log.error("metrics could not be given", error);
  if (response.headersSent) return void response.destroy();
  sendError(response, 500, { code: "INTERNAL_SERVER_ERROR", message: "Something went wrong that should not have." });
}

async function close(http: Server): Promise<void> {
  const closed = once(http, "close");
  http.close();
  http.closeAllConnections();
  await closed;
}
