import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { expect } from "vitest";

const kept = join(import.meta.dirname, "../screenshots");
const seen = join(import.meta.dirname, "../../../test-results/web");
/** Of a channel's 255: smoothing of edges differs by less. */
const TOLERANCE = 48;
/** Of all pixels. */
const MAX_DIFFERENT = 0.002;

/** What is different each time is not drawn. */
const STILL =
  ".figures, .answer-figures, .timing, .elapsed, time { display: none !important; } * { caret-color: transparent !important; }";

/**
 * The page looks as it did when somebody last looked at it. `UPDATE_SCREENSHOTS=1` takes what it looks like now as right,
 * once somebody has looked at test-results/web/. What covers the screen is looked at `in sight`, all else as a whole.
 */
export async function expectLooks(page: Page, name: string, part: "whole" | "in sight" = "whole"): Promise<void> {
  await dress(page, STILL);
  const bytes = await page.screenshot({ fullPage: part === "whole", animations: "disabled" });
  await dress(page, "");
  await keep(join(seen, `${name}.png`), bytes);
  const file = join(kept, `${name}.webp`);
  if (process.env.UPDATE_SCREENSHOTS !== undefined) return keep(file, await smaller(bytes));
  expect(await difference(bytes, await readFile(file)), `${name}: see test-results/web/${name}.png`).toBeLessThan(
    MAX_DIFFERENT,
  );
}

/** By a sheet that is made by script: the page's policy lets no other in. */
function dress(page: Page, rules: string): Promise<void> {
  return page.evaluate(async (text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [sheet];
    await document.fonts.ready;
    await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
  }, rules);
}

async function keep(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}

function smaller(bytes: Buffer): Promise<Buffer> {
  return sharp(bytes).webp({ lossless: true, effort: 6 }).toBuffer();
}

/** Which part of the pixels differs; all of them where the sizes do. */
async function difference(a: Buffer, b: Buffer): Promise<number> {
  const [one, other] = await Promise.all(
    [a, b].map((png) => sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })),
  );
  if (one!.info.width !== other!.info.width || one!.info.height !== other!.info.height) return 1;
  let different = 0;
  for (let i = 0; i < one!.data.length; i += 3) if (differs(one!.data, other!.data, i)) different += 1;
  return different / (one!.data.length / 3);
}

function differs(a: Buffer, b: Buffer, at: number): boolean {
  for (let c = at; c < at + 3; c++) if (Math.abs(a[c]! - b[c]!) > TOLERANCE) return true;
  return false;
}
