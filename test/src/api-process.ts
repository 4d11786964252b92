import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { golden, startTinyInference } from "../support/tiny-inference.ts";
import { ask, startTestServer } from "./test-server.ts";

/** Serves a real model, asks it something, and prints what this process, which is not the worker, has loaded by then. */
async function main(): Promise<void> {
  const inference = startTinyInference();
  await inference.ready();
  await using server = await startTestServer({ inference });
  const base64 = readFileSync(join(golden, "blip/pictures/alpha.png")).toString("base64");
  const { data } = await ask(server.url, "query ($image: ImageInput!) { caption(image: $image) { text } }", {
    image: { base64 },
  });
  const { sharedObjects } = process.report.getReport() as unknown as { readonly sharedObjects: readonly string[] };
  const modules = Object.keys(createRequire(import.meta.url).cache);
  console.log(JSON.stringify({ data, loaded: [...sharedObjects, ...modules] }));
}

await main();
