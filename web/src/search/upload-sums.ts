import type { Upload, Uploads } from "./uploads.ts";

/** How far uploads have come. */
export interface UploadSums {
  readonly total: number;
  readonly done: number;
  readonly failed: readonly Upload[];
  readonly sending: readonly Upload[];
  readonly bytes: number;
  /** Of those that have ended, one way or the other. */
  readonly endedBytes: number;
  readonly isOver: boolean;
}

export function sumsOf({ items }: Uploads): UploadSums {
  const of = (kind: Upload["state"]["kind"]): readonly Upload[] => items.filter(({ state }) => state.kind === kind);
  const [done, failed, sending] = [of("done"), of("failed"), of("sending")];
  return {
    total: items.length,
    done: done.length,
    failed,
    sending,
    bytes: bytesOf(items),
    endedBytes: bytesOf(done) + bytesOf(failed),
    isOver: done.length + failed.length === items.length,
  };
}

function bytesOf(items: readonly Upload[]): number {
  return items.reduce((sum, { file }) => sum + file.size, 0);
}
