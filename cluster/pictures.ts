import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { type BlobStore, BlobError } from "../blobs/blob-store.ts";
import { type ImageSource, InferenceError, type Task } from "../inference/index.ts";

/** While the place of pictures is away. */
const RETRY_MS = 100;
/** Of a picture on its way: its file is the blob with its hash. */
const IN_BLOBS = "";

/** Puts a task's pictures where every worker finds them, and gives the task without their bytes. */
export function sendPictures(task: Task, blobs: BlobStore): Promise<Task> {
  return mapPictures(task, (image) => send(image, blobs));
}

/** The task as it was before, its pictures in memory. While the place where they are is away it waits, until the signal. */
export function fetchPictures(task: Task, blobs: BlobStore, signal: AbortSignal): Promise<Task> {
  return mapPictures(task, (image) => fetchOne(image, blobs, signal));
}

async function mapPictures(task: Task, each: (image: ImageSource) => Promise<ImageSource>): Promise<Task> {
  try {
    if ("image" in task) return { ...task, image: await each(task.image) };
    if (task.kind !== "chat") return task;
    const messages = task.messages.map(async (message) => ({
      ...message,
      images: await Promise.all(message.images.map(each)),
    }));
    return { ...task, messages: await Promise.all(messages) };
  } catch (error) {
    throw error instanceof BlobError ? notStored(error) : error;
  }
}

async function send(image: ImageSource, blobs: BlobStore): Promise<ImageSource> {
  const sha256 = "bytes" in image ? createHash("sha256").update(image.bytes).digest("hex") : image.sha256;
  if (!(await blobs.has(sha256))) await blobs.put("bytes" in image ? image.bytes : await readFile(image.file));
  return { file: IN_BLOBS, sha256 };
}

async function fetchOne(image: ImageSource, blobs: BlobStore, signal: AbortSignal): Promise<ImageSource> {
  if ("bytes" in image) return image;
  const bytes = await patiently(() => blobs.get(image.sha256), signal);
  if (bytes !== undefined) return { bytes };
  throw new InferenceError("UNAVAILABLE", "A picture of this request is not there any more: send it again.");
}

async function patiently<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isAway = error instanceof BlobError && error.problem === "unavailable";
      if (!isAway || signal.aborted) throw error;
    }
    await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

function notStored({ message, problem }: BlobError): InferenceError {
  const code = problem === "refused" ? "IMAGE_TOO_LARGE" : "UNAVAILABLE";
  return new InferenceError(code, `A picture could not be passed on to a worker: ${message}`);
}
