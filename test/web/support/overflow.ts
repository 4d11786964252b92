import type { Page } from "playwright-core";

/** How many pixels of the page do not fit its width: a small screen would have to be moved sideways. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
