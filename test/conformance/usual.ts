import { tmpdir } from "node:os";
import { join } from "node:path";

/** How requests are taken, whatever carries them. */
export const usual = {
  ...{ timeoutMs: 20_000, graceMs: 1_500, retentionMs: 60_000, chatTimeoutMs: 60_000, maxChats: 64 },
  report: (cause: unknown) => String(cause),
  worker: {
    device: "cpu",
    weightCache: join(tmpdir(), "triptych-test-weights"),
    kvCacheBytes: 2 ** 28,
  },
} as const;
