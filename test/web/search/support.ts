import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { patience } from "../support/patience.ts";

/** The grid's pictures, as far as they are in the document. */
export function tiles(page: Page): Locator {
  return page.locator(".tile-open img");
}

/** Until the first picture is one of which the caption says so. */
export async function firstIs(page: Page, caption: RegExp): Promise<void> {
  await expect.poll(() => tiles(page).first().getAttribute("alt", { timeout: 1_000 }), patience).toMatch(caption);
}
