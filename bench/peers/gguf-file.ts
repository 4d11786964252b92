import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, rename, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { aligned, type GgufMetadata, type GgufTensor, ggufHeader, tensorBytes } from "./gguf.ts";
import { RandomBlocks } from "./gguf-blocks.ts";

/** To be raised when the same tensors are to give other bytes: makes files of earlier runs miss. */
const RECIPE = 1;

/** Everything of a file but its tensors' elements, which are random. */
export interface GgufParts {
  readonly name: string;
  readonly metadata: GgufMetadata;
  readonly tensors: readonly GgufTensor[];
}

/** Such a file in the temporary folder of the system: made now unless an earlier run left it. */
export async function randomGguf({ name, metadata, tensors }: GgufParts): Promise<string> {
  const header = ggufHeader(metadata, tensors);
  const recipe = createHash("sha256").update(`${RECIPE} `).update(header).digest("hex").slice(0, 12);
  const path = join(tmpdir(), "triptych-bench", `random-${name}-${recipe}.gguf`);
  if (existsSync(path)) return path;
  const unfinished = `${path}.${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  try {
    const file = await open(unfinished, "wx");
    await write(file, header, tensors).finally(() => file.close());
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
  return path;
}

async function write(file: FileHandle, header: Buffer, tensors: readonly GgufTensor[]): Promise<void> {
  await file.writeFile(header);
  const blocks = new RandomBlocks();
  for (const tensor of tensors) {
    const bytes = tensorBytes(tensor);
    for (const part of blocks.take(tensor.type, bytes)) await file.writeFile(part);
    await file.writeFile(Buffer.alloc(aligned(bytes) - bytes));
  }
}
