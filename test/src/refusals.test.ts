import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Metrics } from "../../src/metrics.ts";
import { refusalOf } from "../chat/raw-socket.ts";
import { Exposition } from "./exposition.ts";
import { TalkingInference } from "./talking-inference.ts";
import { startTestServer, type TestServer } from "./test-server.ts";

let server: TestServer<TalkingInference>;
const metrics = new Metrics();
beforeAll(async () => {
  const onRefusal = metrics.refused.bind(metrics);
  server = await startTestServer({ onRefusal, modelNames: ["none"] });
});
afterAll(() => server[Symbol.asyncDispose]());

function statusFor(host: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(`${server.url}${path}`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.once("error", reject).end();
  });
}

it("refusals before the graph are counted by their status, and nothing else with them", async () => {
  const statuses = [
    ...(await Promise.all(["POST", "PUT"].map((method) => fetch(`${server.url}/health`, { method })))),
    ...(await Promise.all(["/ready", "/nothing"].map((path) => fetch(`${server.url}${path}`)))),
    await fetch(`${server.url}/graphql`, { method: "PUT" }),
  ].map(({ status }) => status);
  expect(statuses).toEqual([405, 405, 503, 404, 403]);
  for (const host of ["evil.example", "other.example"]) expect(await statusFor(host, "/graphql")).toBe(421);
  for (const origin of ["http://evil.example", "http://other.example"])
    expect(await refusalOf(server.url, { origin })).toMatchObject({ status: 403 });
  expect(await refusalOf(server.url, { headers: { host: "evil.example" } })).toMatchObject({ status: 421 });
  const seen = new Exposition(await metrics.scrape(server.inference));
  const counted = seen.of("triptych_refusals_total").map(({ labels, value }) => ({ ...labels, value }));
  expect(counted).toEqual([
    { transport: "http", status: "405", value: 2 },
    { transport: "http", status: "421", value: 2 },
    { transport: "websocket", status: "403", value: 2 },
    { transport: "websocket", status: "421", value: 1 },
  ]);
});
