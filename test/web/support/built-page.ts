import { join } from "node:path";
import { readWebPage, type WebPage } from "../../../src/web-page.ts";

/** The page as `npm start` built it before the tests. */
export async function builtPage(): Promise<WebPage> {
  const page = await readWebPage(join(import.meta.dirname, "../../../build/web"));
  if (page === undefined) throw new Error("There is no page in build/web.");
  return page;
}
