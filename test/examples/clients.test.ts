import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InferenceError } from "../../inference/index.ts";
import { ChattingInference, wordsOf } from "../chat/chatting-inference.ts";
import { startTestServer, type TestServer } from "../src/test-server.ts";
import { threeFamilies } from "../src/three-families.ts";
import { startCuttingProxy } from "./cutting-proxy.ts";

const root = join(import.meta.dirname, "../..");
const question = "what is left of the cat, and what is behind it";

let server: TestServer<ChattingInference>;
let folder: string;
let picture: string;
beforeAll(async () => {
  const inference = new ChattingInference();
  inference.served = [...threeFamilies];
  server = await startTestServer({ inference });
  folder = await mkdtemp(join(tmpdir(), "clients-"));
  picture = join(folder, "picture.png");
  await writeFile(picture, "picture:cat");
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Runs a client as its own comment says, and gives what it prints. */
async function run(name: string, args: readonly string[], url = server.url): Promise<string> {
  const env = { ...process.env, TRIPTYCH_URL: `${url}/graphql` };
  const command = ["--import", "tsx", join("examples/clients", `${name}.ts`), ...args];
  return (await promisify(execFile)(process.execPath, command, { cwd: root, env })).stdout;
}

describe("the example clients, each in a process of its own", () => {
  it.each(["chat-sse", "chat-websocket"])("%s streams a chat", async (name) => {
    expect(await run(name, [picture, question])).toMatch(new RegExp(`^${question}\n\\(11 tokens in \\d+ ms\\)\n$`));
  });

  it.each(["chat-sse", "chat-websocket"])("%s goes on where a broken connection cut it", async (name) => {
    await using proxy = await startCuttingProxy(server.url, '" left"');
    server.inference.script = async function* () {
      for (const word of wordsOf(question)) {
        yield word;
        if (word === " left") await proxy.isCut;
      }
    };
    const chats = server.inference.numChats;
    expect(await run(name, [picture, question], proxy.url)).toMatch(new RegExp(`^${question}\n\\(11 tokens in `));
    expect(server.inference.numChats).toBe(chats + 1);
  });

  it.each(["urql", "apollo"])("%s compares the families, then streams a chat", async (name) => {
    server.inference.script = () => wordsOf(question);
    const lines = (await run(name, [picture, question])).trimEnd().split("\n");
    expect(lines.slice(0, 3).sort()).toEqual(
      ["blip-vqa", "blip2", "llava"].map((model) => `${model}: ${question} cat`),
    );
    expect(lines.slice(3)).toEqual([question, "(11 tokens)"]);
  });

  it("say how they are used", async () => {
    await expect(run("chat-sse", [])).rejects.toThrow(/usage: .*picture\.png/);
  });

  it.each(["chat-sse", "chat-websocket", "urql", "apollo"])("%s says what is wrong", async (name) => {
    server.inference.script = () => {
      throw new InferenceError("PROMPT_TOO_LONG", "one word too many");
    };
    await expect(run(name, [picture, question])).rejects.toThrow("PROMPT_TOO_LONG: one word too many");
  });
});
