import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** A bundled picture, with what is known to be true of it. */
export interface ExamplePicture {
  /** SHA-256 of its bytes: its id in the gallery. */
  readonly id: string;
  readonly bytes: Buffer;
  readonly caption: string;
  readonly questions: readonly string[];
}

/** The pictures that captions.json of the folder lists, in its order; none where that cannot be read. */
export async function readExamplePictures(folder: string): Promise<readonly ExamplePicture[]> {
  try {
    const text = await readFile(join(folder, "captions.json"), "utf8");
    const entries = Object.entries(JSON.parse(text) as Readonly<Record<string, unknown>>);
    return await Promise.all(entries.map(([file, entry]) => readPicture(join(folder, file), entry)));
  } catch {
    // The gallery, which keeps them, says what is wrong with the folder.
    return [];
  }
}

async function readPicture(file: string, entry: unknown): Promise<ExamplePicture> {
  const bytes = await readFile(file);
  const { caption, questions = [] } = typeof entry === "string" ? { caption: entry } : (entry as Entry);
  const id = createHash("sha256").update(bytes).digest("hex");
  return { id, bytes, caption, questions: questions.map(({ question }) => question) };
}

interface Entry {
  readonly caption: string;
  readonly questions?: readonly { readonly question: string }[];
}
