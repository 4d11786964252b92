/** Adds and removes pictures without end, and says on stdout what it has been promised. Killed by crash.test.ts. */
import { randomBytes } from "node:crypto";
import { writeSync } from "node:fs";
import { SqliteStore } from "../../gallery/sqlite-store.ts";

const store = await SqliteStore.open(process.argv[2]!);
for (let i = 0; ; i++) {
  const bytes = randomBytes(20_000 + (i % 7) * 30_000);
  const { id, row } = await store.add({ bytes, width: 1, height: 1, format: "png" });
  writeSync(1, `added ${id}\n`);
  await store.putEmbedding("space", row, { values: Float32Array.of(row, -row), vectors: 1 });
  writeSync(1, `embedded ${id}\n`);
  if (i % 3 !== 2) continue;
  writeSync(1, `removing ${id}\n`);
  await store.remove([id]);
  writeSync(1, `removed ${id}\n`);
}
