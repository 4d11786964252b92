import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../../acceptance/support/server.ts";

export interface GivenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A picture of the examples, as a browser gives files. */
export async function example(name: string): Promise<GivenFile> {
  return { name, mimeType: "image/png", buffer: await readFile(join(root, "examples", name)) };
}

/** As another program would: drops files on the page, where it says so, or pastes them. */
export async function give(page: Page, how: "drop" | "paste", files: readonly GivenFile[], at = "body"): Promise<void> {
  const data = files.map(({ buffer, ...file }) => ({ ...file, base64: buffer.toString("base64") }));
  const transfer = await page.evaluateHandle((given) => {
    const made = new DataTransfer();
    for (const { name, mimeType, base64 } of given) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      made.items.add(new File([bytes], name, { type: mimeType }));
    }
    return made;
  }, data);
  if (how === "drop") await page.dispatchEvent("body", "dragover", { dataTransfer: transfer });
  if (how === "drop") return page.dispatchEvent(at, "drop", { dataTransfer: transfer });
  await page.evaluate(
    (clipboardData) => document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true })),
    transfer,
  );
}
