import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { BlobError, type BlobStore } from "../blobs/blob-store.ts";
import { exampleMarker } from "./examples.ts";
import { mapBounded } from "./map-bounded.ts";
import type { Embedding, GalleryStore, Picture, PictureRow } from "./store.ts";

/** A move from one gallery to another, which keeps the pictures' bytes as blobs. */
export interface Move {
  readonly from: GalleryStore;
  readonly to: GalleryStore;
  /** Those of `to`. */
  readonly blobs: BlobStore;
  readonly onProgress: (progress: MoveProgress) => void;
}

export interface MoveProgress {
  readonly phase: "moving" | "checking";
  readonly pictures: number;
  /** That `from` had at the beginning. */
  readonly total: number;
}

export interface Moved {
  /** Pictures that are there as they were: facts, bytes, and every embedding bit for bit. */
  readonly pictures: number;
  /** What is not, each with its reason. */
  readonly problems: readonly string[];
}

const picturesPerChunk = 64;
const embeddingsAtOnce = 8;
/** No space: every picture is without an embedding in it, so that all are listed, the oldest first. */
const nowhere = "";

/**
 * Copies what is in a gallery into another, in its order, and looks whether it arrived. What is there already is not
 * copied again, so a move that was interrupted goes on, and one that is repeated brings what came meanwhile. What was
 * removed meanwhile stays, as do other pictures that are there. `from` is only read.
 */
export async function moveGallery(move: Move): Promise<Moved> {
  const total = await move.from.count();
  const problems = new Map<string, string>();
  let [numMoved, numChecked, numRight] = [0, 0, 0];
  for await (const chunk of oldestFirst(move.from)) {
    for (const [id, problem] of await moveChunk(move, chunk)) problems.set(id, problem);
    move.onProgress({ phase: "moving", pictures: (numMoved += chunk.length), total });
  }
  if (await move.from.isMarked(exampleMarker)) await move.to.mark(exampleMarker);
  for await (const chunk of oldestFirst(move.from)) {
    const found = await checkChunk(move, chunk);
    // What could not be moved has its reason already.
    for (const [id, problem] of found) problems.set(id, problems.get(id) ?? problem);
    numRight += chunk.length - found.size;
    move.onProgress({ phase: "checking", pictures: (numChecked += chunk.length), total });
  }
  return { pictures: numRight, problems: [...problems].map(([id, problem]) => `${id}: ${problem}`) };
}

async function* oldestFirst(store: GalleryStore): AsyncGenerator<readonly PictureRow[]> {
  for (let after = 0; ;) {
    const chunk = await store.unembedded(nowhere, { after, limit: picturesPerChunk });
    if (chunk.length === 0) return;
    yield chunk;
    after = chunk.at(-1)!.row;
  }
}

/** What is wrong, by the picture's id. */
type Problems = ReadonlyMap<string, string>;

/** One picture after the other, so that they come in their order; what cannot be read does not keep the others. */
async function moveChunk({ from, to, blobs }: Move, chunk: readonly PictureRow[]): Promise<Problems> {
  const problems = new Map<string, string>();
  const known = await to.get(chunk.map(({ id }) => id));
  const pairs: Pair[] = [];
  for (const [i, picture] of chunk.entries()) {
    const there = known[i];
    const isThere = there !== undefined && isSame(picture, there) && (await blobs.has(picture.id));
    const bytes = isThere ? undefined : await readPicture(from, picture);
    if (bytes === "damaged") problems.set(picture.id, "its file is missing or damaged");
    else if (bytes === undefined) pairs.push({ picture, row: there!.row });
    else pairs.push({ picture, row: (await to.add({ ...factsOf(picture), bytes })).row });
  }
  await moveEmbeddings({ from, to }, pairs);
  return problems;
}

/** A picture, and its row in the other gallery. */
interface Pair {
  readonly picture: PictureRow;
  readonly row: number;
}

async function moveEmbeddings({ from, to }: Pick<Move, "from" | "to">, pairs: readonly Pair[]): Promise<void> {
  for (const space of await from.spaces()) {
    await mapBounded(pairs, { limit: embeddingsAtOnce }, async ({ picture, row }) => {
      const embedding = await from.embedding(space, picture.row);
      if (embedding !== undefined) await to.putEmbedding(space, row, embedding);
    });
  }
}

async function checkChunk(move: Move, chunk: readonly PictureRow[]): Promise<Problems> {
  const known = await move.to.get(chunk.map(({ id }) => id));
  const looks = await mapBounded(chunk, { limit: embeddingsAtOnce }, async (picture, _, i) => {
    return [picture.id, await problemOf(move, picture, known[i])] as const;
  });
  return new Map(looks.flatMap(([id, problem]) => (problem === undefined ? [] : [[id, problem]])));
}

async function problemOf(
  { from, to, blobs }: Move,
  picture: PictureRow,
  there: PictureRow | undefined,
): Promise<string | undefined> {
  if (there === undefined) return "it is not there";
  if (!isSame(picture, there)) return "it is there with another size or caption";
  const bytes = await blobs.get(picture.id).catch(unlessCorrupt);
  if (bytes === undefined) return "its bytes are not there, or are damaged";
  for (const space of await from.spaces()) {
    const [mine, yours] = [await from.embedding(space, picture.row), await to.embedding(space, there.row)];
    if (mine !== undefined && !isSameEmbedding(mine, yours)) return `its embedding in ${space} is another`;
  }
  return undefined;
}

async function readPicture(from: GalleryStore, picture: PictureRow): Promise<Uint8Array | "damaged"> {
  const bytes = await readFile(await from.file(picture)).catch(() => undefined);
  const isWhole = bytes !== undefined && createHash("sha256").update(bytes).digest("hex") === picture.id;
  return isWhole ? bytes : "damaged";
}

function factsOf({ width, height, format, caption, createdAt }: Picture) {
  return { width, height, format, createdAt, ...(caption === undefined ? {} : { caption }) };
}

/** A picture that was there before keeps its caption where none comes, and its time. */
function isSame(a: Picture, b: Picture): boolean {
  const isCaption = a.caption === undefined || a.caption === b.caption;
  return (
    isCaption && a.width === b.width && a.height === b.height && a.format === b.format && a.byteSize === b.byteSize
  );
}

/** Bit for bit. */
function isSameEmbedding(a: Embedding, b: Embedding | undefined): boolean {
  if (a.vectors !== b?.vectors) return false;
  return Buffer.from(a.values.buffer).equals(Buffer.from(b.values.buffer));
}

function unlessCorrupt(error: unknown): undefined {
  if (!(error instanceof BlobError) || error.problem !== "corrupt") throw error;
}
