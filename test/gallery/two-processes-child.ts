/** Adds and removes the same few pictures as its sibling, at the same time. Started twice by two-processes.test.ts. */
import { SqliteStore } from "../../gallery/sqlite-store.ts";

const [, , folder, seed] = process.argv;
const store = await SqliteStore.open(folder!);
for (let i = 0; i < 120; i++) {
  const bytes = Buffer.from(`shared ${i % 10}`);
  const { id, row } = await store.add({ bytes, width: 1, height: 1, format: "png" });
  await store.putEmbedding("space", row, { values: Float32Array.of(row), vectors: 1 });
  if ((i + Number(seed)) % 2 === 0) await store.remove([id]);
  if (i % 40 === 39) (await SqliteStore.open(folder!)).close().catch(console.error);
}
await store.add({ bytes: Buffer.from(`own ${seed}`), width: 1, height: 1, format: "png" });
await store.close();
