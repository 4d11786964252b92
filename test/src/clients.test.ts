import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, Observable } from "@apollo/client";
import { Client, fetchExchange } from "@urql/core";
import { print } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InferenceClient } from "../../inference/index.ts";
import { csrfHeader } from "../../src/csrf.ts";
import { golden, startTinyInference } from "../support/tiny-inference.ts";
import { CaptionDocument, ModelsDocument } from "../../examples/clients/generated/graphql.ts";
import { startTestServer, type TestServer } from "./test-server.ts";

let server: TestServer<InferenceClient>;
beforeAll(async () => {
  const inference = startTinyInference();
  await inference.ready();
  server = await startTestServer({ inference });
});
afterAll(() => server[Symbol.asyncDispose]());

const picture = readFileSync(join(golden, "blip/pictures/alpha.png"));
const headers = { [csrfHeader]: "test" };
const file = (): File => new File([picture], "cat.png", { type: "image/png" });

/** The multipart request of a document with one file. */
function form(operation: { readonly query: string; readonly variables: object }, path: string): FormData {
  const body = new FormData();
  body.append("operations", JSON.stringify(operation));
  body.append("map", JSON.stringify({ 0: [path] }));
  body.append("0", file());
  return body;
}

describe("a caption of an upload, and the models", () => {
  it("by fetch alone", async () => {
    const body = form(
      { query: print(CaptionDocument), variables: { image: { upload: null } } },
      "variables.image.upload",
    );
    const response = await fetch(`${server.url}/graphql`, { method: "POST", headers, body });
    expect(await response.json()).toMatchObject({ data: { caption: { text: expect.any(String) as string } } });
  });

  it("by urql", async () => {
    const client = new Client({
      url: `${server.url}/graphql`,
      exchanges: [fetchExchange],
      preferGetMethod: false,
      fetchOptions: { headers },
    });
    const { data, error } = await client.query(CaptionDocument, { image: { upload: file() } }).toPromise();
    expect(error).toBeUndefined();
    expect(data?.caption?.text).toBeTypeOf("string");
    const models = await client.query(ModelsDocument, {}).toPromise();
    expect(models.data?.models.map(({ name }) => name)).toContain("captioning-base");
  });

  it("by Apollo Client", async () => {
    const uri = `${server.url}/graphql`;
    const link = ApolloLink.split(
      ({ getContext }) => getContext().upload === true,
      uploadLink(uri),
      new HttpLink({ uri }),
    );
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    const { data } = await client.query({
      query: CaptionDocument,
      variables: { image: { upload: file() } },
      context: { upload: true },
    });
    expect(data?.caption?.text).toBeTypeOf("string");
    const models = await client.query({ query: ModelsDocument });
    expect(models.data?.models.map(({ name }) => name)).toContain("captioning-base");
  });
});

/** What apollo-upload-client does, for one file: its newest version leaves Node 20 behind. */
function uploadLink(uri: string): ApolloLink {
  return new ApolloLink(
    ({ query }) =>
      new Observable((observer) => {
        const body = form({ query: print(query), variables: { image: { upload: null } } }, "variables.image.upload");
        fetch(uri, { method: "POST", headers, body })
          .then(async (response) => {
            observer.next((await response.json()) as ApolloLink.Result);
            observer.complete();
          })
          .catch((error: unknown) => observer.error(error));
      }),
  );
}
