import { equal, match, ok } from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Graph } from "../bench/graphql.ts";
import { ServerProcess } from "../bench/server-process.ts";
import * as answers from "./answers.ts";
import { Checklist } from "./checklist.ts";
import { readExamples, type Example } from "./examples.ts";

/** Starts the server as its user does, on an empty home, and checks that what it answers is true. */

const READY_MS = 120_000;
const SEEDED_MS = 60_000;
const GRACE_MS = 15_000;
const WHOLE_MS = 300_000;
/** Of each kind of question, about so many of the bundled pictures. */
const EXAMPLES = 4;

async function smoke(folder: string, checklist: Checklist): Promise<void> {
  const server = await start(folder);
  const signal = AbortSignal.timeout(WHOLE_MS);
  try {
    let url = "";
    await checklist.check("npm start is ready", async () => void (url = await server.ready(READY_MS, signal)));
    if (url !== "") await checkAnswers({ url, signal }, checklist);
    await checklist.check("SIGTERM ends it, and every process of it", () => assertEnds(server));
  } finally {
    server.kill();
    if (!checklist.isClean) console.log(server.output);
  }
}

async function start(folder: string): Promise<ServerProcess> {
  const [home, data] = [join(folder, "home"), join(folder, "data")];
  await mkdir(home);
  const env = { ...process.env, HOME: home, DATA_DIR: data, PORT: "0" };
  return new ServerProcess({ command: "npm", args: ["start"], env, channel: "none" });
}

async function checkAnswers(graph: Graph, checklist: Checklist): Promise<void> {
  const examples = await readExamples();
  const some = examples.slice(0, EXAMPLES);
  await checklist.check("/ is the page, with its scripts", () => assertPage(graph));
  await checklist.check("/graphql is GraphiQL", () => assertGraphiql(graph));
  await checklist.check(`the gallery holds the ${examples.length} examples`, () => assertSeeded(graph, examples));
  await checklist.check("captions are true, by id", () => answers.captionsFromGallery(graph, some));
  await checklist.check("captions are true, by upload", () => answers.captionsUploads(graph, some));
  await checklist.check("answers are true", () => answers.answersQuestions(graph, some));
  await checklist.check("the families' answers are true, side by side", () => answers.comparesFamilies(graph, some));
  await checklist.check("conversations are streamed and true", () => answers.converses(graph, some));
  await checklist.check("pictures match their captions only", () => answers.matchesCaptions(graph, some));
  await checklist.check("captions find their pictures", () => answers.findsByText(graph, some));
}

async function assertPage({ url, signal }: Graph): Promise<void> {
  const page = await fetch(url, { headers: { accept: "text/html" }, signal });
  equal(page.status, 200);
  const [, script] = /<script type="module"[^>]* src="([^"]+)"/.exec(await page.text()) ?? [];
  const loaded = await fetch(new URL(script ?? "/nothing", url), { signal });
  equal(loaded.status, 200);
  match(loaded.headers.get("content-type") ?? "", /^text\/javascript/);
}

async function assertGraphiql({ url, signal }: Graph): Promise<void> {
  const response = await fetch(`${url}/graphql`, { headers: { accept: "text/html" }, signal });
  equal(response.status, 200);
  match(response.headers.get("content-type") ?? "", /^text\/html/);
  match(await response.text(), /graphiql/i);
}

/** The pictures are added while the server answers already. */
async function assertSeeded(graph: Graph, examples: readonly Example[]): Promise<void> {
  const until = performance.now() + SEEDED_MS;
  while ((await answers.countPictures(graph)) < examples.length && performance.now() < until) await delay(250);
  equal(await answers.countPictures(graph), examples.length);
}

async function assertEnds(server: ServerProcess): Promise<void> {
  const exit = await server.end(GRACE_MS);
  ok(exit, `it still ran after ${GRACE_MS / 1000} s`);
  equal(exit.code, 0, `it ended with ${exit.code ?? exit.signal}`);
  for (const until = performance.now() + 2_000; server.isAlive() && performance.now() < until;) await delay(50);
  ok(!server.isAlive(), "it left a process behind");
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "triptych-smoke-"));
  const checklist = new Checklist();
  try {
    await smoke(folder, checklist);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  console.log(checklist.summary);
  process.exitCode = checklist.isClean ? 0 : 1;
}

await main();
