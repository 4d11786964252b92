import { serverAudits, type AuditResult } from "graphql-http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TalkingInference } from "./talking-inference.ts";
import { startTestServer, type TestServer } from "./test-server.ts";

let server: TestServer<TalkingInference>;
beforeAll(async () => void (server = await startTestServer()));
afterAll(() => server[Symbol.asyncDispose]());

/** https://graphql.github.io/graphql-over-http/draft/ */
describe("GraphQL over HTTP", () => {
  const audits = serverAudits({ url: () => `${server.url}/graphql`, fetchFn: fetch });

  it("has all its audits", () => expect(audits.length).toBeGreaterThan(50));

  it.each(audits.map((audit) => [audit.name, audit] as const))("%s", async (_name, audit) => {
    const result: AuditResult = await audit.fn();
    // A "notice" is a MAY that we leave: GET without a header is refused, against forged requests.
    if (result.status !== "ok") expect([result.status, audit.name]).toEqual(["notice", expect.stringMatching(/^MAY/)]);
  });
});
