import type { Browser, Page } from "playwright-core";
import { openPage } from "../../src/browser.ts";

export interface Visit {
  readonly page: Page;
  /** Addresses beyond the server that the page asked for, all of which were refused. */
  readonly outside: readonly string[];
  /** Errors on the page's console. */
  readonly problems: readonly string[];
}

/** A room of the page in a browser that can reach this server and nothing else. */
export async function visit(browser: Browser, url: string, path: "/" | "/chat" | "/search"): Promise<Visit> {
  const watched = await openPage(browser, url);
  await watched.page.goto(`${url}${path}`);
  await watched.page.getByRole("main").waitFor();
  return watched;
}
