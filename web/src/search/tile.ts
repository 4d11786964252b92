import type { TilePartsFragment } from "../graph/generated/graphql.ts";

/** A picture as the grid shows it; of a search, with how well it fits. */
export interface Tile {
  readonly image: TilePartsFragment;
  /** Cosine, -1 to 1. */
  readonly similarity?: number | undefined;
  /** 0 to 1, of those that were looked at more closely. */
  readonly probability?: number | undefined;
}

/** Below, picture and words belong together less likely than not. */
const EVEN = 0.5;

/** The first tile of those that likely do not belong to the words; undefined where there is none. */
export function relevanceEnd(tiles: readonly Tile[]): number | undefined {
  const index = tiles.findIndex(({ probability }) => probability !== undefined && probability < EVEN);
  return index < 0 ? undefined : index;
}

/** What a picture is called by those who do not see it. */
export function altOf({ caption, createdAt }: TilePartsFragment): string {
  return caption ?? `Picture from ${dateOf(createdAt)}`;
}

/** 3 May 2026, in the reader's own way. */
export function dateOf(instant: string): string {
  return new Date(instant).toLocaleDateString(undefined, { day: "numeric", month: "long", year: "numeric" });
}

/** 640 bytes, 12 kB, 3.4 MB */
export function byteSizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  const [amount, unit] = bytes < 1e6 ? [bytes / 1e3, "kB"] : bytes < 1e9 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${unit}`;
}
