import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";

export interface StallingProxy {
  /** Of the API. */
  readonly url: string;
  close(): Promise<void>;
}

/** A server as it is seen when its answers stop in the middle, after so many events, though nothing is closed. */
export async function startStalling(url: string, numEvents: number): Promise<StallingProxy> {
  const target = new URL(url).origin;
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const left = new AbortController();
    response.on("close", () => left.abort());
    const { method = "GET", url: path = "" } = request;
    const body = method === "POST" ? { body: new Uint8Array(await buffer(request)) } : {};
    const answer = await fetch(target + path, { method, ...body, signal: left.signal });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    await (method === "POST" ? passEvents(answer, response, numEvents) : passAll(answer, response));
  };
  const http = createServer((request, response) => void pass(request, response).catch(() => response.destroy()));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    url: `http://127.0.0.1:${(http.address() as { port: number }).port}/v1`,
    close: async () => {
      http.close();
      http.closeAllConnections();
      await once(http, "close");
    },
  };
}

async function passAll(answer: Response, response: ServerResponse): Promise<void> {
  response.end(Buffer.from(await answer.arrayBuffer()));
}

/** What comes behind them is read, and kept. */
async function passEvents({ body }: Response, response: ServerResponse, numEvents: number): Promise<void> {
  let rest = "";
  let passed = 0;
  for await (const text of body!.pipeThrough(new TextDecoderStream())) {
    const events = (rest + text).split("\n\n");
    rest = events.pop()!;
    const passing = events.slice(0, numEvents - passed);
    passed += passing.length;
    response.write(passing.map((event) => `${event}\n\n`).join(""));
  }
}
