import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TalkingInference } from "./talking-inference.ts";
import { startTestServer, type TestServer } from "./test-server.ts";

let server: TestServer<TalkingInference>;
beforeAll(async () => void (server = await startTestServer()));
afterAll(() => server[Symbol.asyncDispose]());

const body = JSON.stringify({ query: "{ models { name } }", variables: { filler: "x".repeat(200_000) } });

/** What is answered to two requests on one connection that offer h2c, as curl and Java's client do, the body cut in two. */
function offerH2c(url: string): Promise<string> {
  const { port, host } = new URL(url);
  const head = [
    "POST /graphql HTTP/1.1",
    `host: ${host}`,
    "connection: Upgrade, HTTP2-Settings",
    "upgrade: h2c",
    "http2-settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA",
    "content-type: application/json",
    `content-length: ${body.length}`,
  ].join("\r\n");
  return new Promise((resolve) => {
    let answers = "";
    const socket = connect(Number(port), "127.0.0.1");
    const ask = (): void => {
      socket.write(`${head}\r\n\r\n${body.slice(0, 1_000)}`);
      setTimeout(() => socket.write(body.slice(1_000)), 20);
    };
    socket.on("data", (chunk: Buffer) => {
      const before = answers.match(/"data"/g)?.length ?? 0;
      answers += chunk.toString();
      const now = answers.match(/"data"/g)?.length ?? 0;
      if (now > before && now === 1) ask();
      if (now === 2) socket.end();
    });
    socket.on("close", () => resolve(answers));
    ask();
  });
}

it("a request that offers another protocol is answered as if it offered none", async () => {
  const answers = await offerH2c(server.url);
  expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  expect(answers.match(/"models"/g)).toHaveLength(2);
});
