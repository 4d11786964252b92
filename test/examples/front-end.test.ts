import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { parse, validate } from "graphql";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { InferenceError } from "../../inference/index.ts";
import { schema } from "../../schema/index.ts";
import { ChattingInference, wordsOf } from "../chat/chatting-inference.ts";
import { launchBrowser } from "../src/browser.ts";
import { Gate } from "../src/gate.ts";
import { startTestServer, type TestServer } from "../src/test-server.ts";
import { threeFamilies } from "../src/three-families.ts";
import { startCuttingProxy } from "./cutting-proxy.ts";

const root = join(import.meta.dirname, "../..");
const guide = readFileSync(join(root, "docs/front-end.md"), "utf8");
const clients = ["graphql-ws", "urql", "apollo"] as const;
const question = "what is left of the cat, and what is behind it";

let server: TestServer<ChattingInference>;
let browser: Browser | undefined;
beforeAll(async () => {
  const inference = new ChattingInference();
  inference.served = [...threeFamilies];
  server = await startTestServer({ inference });
  browser = await launchBrowser();
});
afterEach(() => {
  server.inference.script = () => wordsOf(question);
  server.inference.before = () => undefined;
});
afterAll(async () => {
  await browser?.close();
  await server[Symbol.asyncDispose]();
});

/** What the page of a client does with one question. */
interface Asked {
  readonly texts: readonly string[];
  readonly end: string;
}

it("the guide's documents are those of the graph", () => {
  const documents = [...guide.matchAll(/```graphql\n([^]*?)```/g)].map(([, document]) => parse(document!));
  expect(documents).toHaveLength(1);
  for (const document of documents) expect(validate(schema, document)).toEqual([]);
});

describe.each(clients)("the guide's chat by %s", (name) => {
  it("stands in the guide as it is tested, in 40 lines", () => {
    const source = readFileSync(join(root, `examples/front-end/${name}.ts`), "utf8");
    expect(guide).toContain("```ts\n" + source + "```");
    expect(source.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
  });

  it("tells the answer as it grows", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    const { texts, end } = await ask(await pageOf(name, server.url));
    expect([texts.at(-1), end]).toEqual([question, "STOP"]);
    for (const [i, text] of texts.entries()) expect(text.startsWith(texts[i - 1] ?? "")).toBe(true);
  });

  it("goes on where a broken connection cut it, and asks for no second answer", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    await using proxy = await startCuttingProxy(server.url, '" left"');
    server.inference.script = async function* () {
      for (const word of wordsOf(question)) {
        yield word;
        if (word === " left") await proxy.isCut;
      }
    };
    const chats = server.inference.numChats;
    const { texts, end } = await ask(await pageOf(name, proxy.url));
    expect([texts.at(-1), end, server.inference.numChats - chats]).toEqual([question, "STOP", 1]);
  });

  it("says why there is no answer", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    server.inference.before = () => {
      throw new InferenceError("MODEL_UNAVAILABLE", "It is not there.");
    };
    await expect(ask(await pageOf(name, server.url))).rejects.toThrow("MODEL_UNAVAILABLE: It is not there.");
  });

  it("is left at once when it is told to stop", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    const words = new Gate();
    server.inference.script = async function* () {
      for (const word of wordsOf(question)) yield await words.pass(word);
    };
    words.open(2);
    const { texts, end } = await ask(await pageOf(name, server.url), "what is");
    expect([texts.at(-1), end]).toEqual(["what is", "STOPPED"]);
    words.open(100);
  });
});

/** A page of the server's own origin with the client in it. */
async function pageOf(name: (typeof clients)[number], url: string): Promise<Page> {
  const page = await browser!.newPage();
  await page.goto(`${url}/health`);
  const { outputFiles } = await build({
    entryPoints: [join(root, `examples/front-end/${name}.ts`)],
    bundle: true,
    format: "iife",
    globalName: "frontEnd",
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
  });
  await page.addScriptTag({ content: outputFiles[0]!.text });
  return page;
}

/** Asks one question; stops where the text is `stopAt`. */
function ask(page: Page, stopAt?: string): Promise<Asked> {
  return page.evaluate(
    async ([text, last]) => {
      const { frontEnd } = window as unknown as { frontEnd: typeof import("../../examples/front-end/graphql-ws.ts") };
      const stopping = new AbortController();
      const texts: string[] = [];
      const onText = (grown: string): void => {
        texts.push(grown);
        if (grown === last) stopping.abort();
      };
      const messages = [{ role: "USER" as const, text }];
      return { end: await frontEnd.chat({ messages, onText, signal: stopping.signal }), texts };
    },
    [question, stopAt] as const,
  );
}
