import type { Browser } from "playwright-core";
import { launchBrowser, openPage, type WatchedPage } from "../../src/browser.ts";

interface Served extends AsyncDisposable {
  readonly url: string;
}

/** A visited room of the page. The browser, which reaches the server and nothing else, and the server go with it. */
export interface Room<Server extends Served> extends WatchedPage, AsyncDisposable {
  readonly server: Server;
}

/** Starts a server, and visits a room of it; undefined where no browser runs. */
export async function openRoom<Server extends Served>(
  path: "/" | "/chat" | "/search",
  start: () => Promise<Server>,
  browserArguments: readonly string[] = [],
): Promise<Room<Server> | undefined> {
  const [server, browser] = await Promise.all([start(), launchBrowser(browserArguments)]);
  const close = async (): Promise<void> => {
    await browser?.close();
    await server[Symbol.asyncDispose]();
  };
  try {
    if (browser) return { server, ...(await visit(browser, server.url, path)), [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
  await close();
  return undefined;
}

async function visit(browser: Browser, url: string, path: string): Promise<WatchedPage> {
  const watched = await openPage(browser, url);
  await watched.page.goto(`${url}${path}`);
  await watched.page.getByRole("main").waitFor();
  return watched;
}
