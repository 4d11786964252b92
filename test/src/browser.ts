import chromium from "@sparticuz/chromium";
import { chromium as playwright, type Browser, type Page } from "playwright-core";

/** A headless Chromium from the npm registry, or undefined on systems that it is not built for. */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const executablePath = await chromium.executablePath();
  return playwright.launch({
    executablePath,
    args: [...chromium.args.filter(isWanted), "--disable-gpu", ...more],
    headless: true,
  });
}

/**
 * Drawing goes without a simulated GPU, which is slow, the web's rules stay in force, and pages have processes of their
 * own, as people's have: in a single one, traces lose their screenshots more often than not, and Lighthouse its score.
 */
function isWanted(argument: string): boolean {
  return !/gpu|use-gl|angle|swiftshader|single-process|web-security|insecure/.test(argument);
}

export interface WatchedPage {
  readonly page: Page;
  /** Addresses beyond the server that the page asked for, all of which were refused. */
  readonly outside: readonly string[];
  /** Errors on the page's console. */
  readonly problems: readonly string[];
}

/** A page that can reach this server and nothing else. */
export async function openPage(browser: Browser, url: string): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const outside: string[] = [];
  const problems: string[] = [];
  await page.route(
    (address) => address.origin !== url && !["blob:", "data:"].includes(address.protocol),
    (route) => {
      outside.push(route.request().url());
      return route.abort();
    },
  );
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  return { page, outside, problems };
}
