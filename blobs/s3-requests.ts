import { setTimeout as sleep } from "node:timers/promises";
import type { AwsClient } from "aws4fetch";
import { BlobError, maxBlobBytes } from "./blob-store.ts";
import type { S3Place } from "./s3-place.ts";

export interface S3Request {
  readonly method: "GET" | "HEAD" | "PUT" | "DELETE";
  /** Of the object, within the place. */
  readonly key: string;
  readonly body?: { readonly bytes: Uint8Array; readonly sha256: string };
}

export interface S3Answer {
  readonly status: number;
  readonly bytes: Uint8Array;
}

/** How patient requests are. */
export interface S3Patience {
  /** Of one try that carries no object. */
  readonly shortMs: number;
  /** Of one try that carries one. */
  readonly longMs: number;
  /** Before each further try. */
  readonly pausesMs: readonly number[];
}

const usualPatience: S3Patience = { shortMs: 10_000, longMs: 60_000, pausesMs: [200, 800] };
const emptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Sends signed requests to a place, each a bounded number of times for a bounded time. */
export class S3Requests {
  readonly #client: AwsClient;
  readonly #place: S3Place;
  readonly #patience: S3Patience;

  private constructor(client: AwsClient, place: S3Place, patience: S3Patience) {
    this.#client = client;
    this.#place = place;
    this.#patience = patience;
  }

  /** Needs the package aws4fetch, which is optional. */
  static async open(place: S3Place, patience: S3Patience = usualPatience): Promise<S3Requests> {
    const { AwsClient } = await importSigner();
    return new S3Requests(
      new AwsClient({ ...place.credentials, region: place.region, service: "s3" }),
      place,
      patience,
    );
  }

  /** An answer of the 200s, or that there is no such object; all else is a BlobError. */
  async send(request: S3Request): Promise<S3Answer> {
    for (const pauseMs of this.#patience.pausesMs) {
      try {
        return await this.#try(request);
      } catch (error) {
        if (!(error instanceof BlobError) || error.problem !== "unavailable") throw error;
        await sleep(pauseMs);
      }
    }
    return this.#try(request);
  }

  /** Signed anew for each try: a signature is good for minutes. */
  async #try(request: S3Request): Promise<S3Answer> {
    const { method, key, body } = request;
    const hasBytes = method === "GET" || method === "PUT";
    const signal = AbortSignal.timeout(hasBytes ? this.#patience.longMs : this.#patience.shortMs);
    const signed = await this.#client.sign(`${this.#place.base}${key}`, {
      method,
      headers: { "x-amz-content-sha256": body?.sha256 ?? emptySha256 },
      ...(body === undefined ? {} : { body: new Uint8Array(body.bytes) }),
    });
    try {
      const response = await fetch(signed, { signal, redirect: "manual" });
      return judged({ status: response.status, bytes: await readBounded(response) }, request);
    } catch (cause) {
      if (cause instanceof BlobError) throw cause;
      throw new BlobError("unavailable", `S3 does not answer: ${reasonOf(cause)}`, { cause });
    }
  }
}

async function readBounded(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.byteLength;
    if (length > maxBlobBytes) throw new BlobError("corrupt", `S3 gives more than ${maxBlobBytes} bytes of a blob`);
    parts.push(part);
  }
  return Buffer.concat(parts, length);
}

function judged(answer: S3Answer, { method }: S3Request): S3Answer {
  const { status, bytes } = answer;
  if (status >= 200 && status < 300) return answer;
  const code = /<Code>(\w+)<\/Code>/.exec(Buffer.from(bytes.subarray(0, 4_096)).toString())?.[1];
  // A missing bucket is a 404, too; a HEAD's answer has no body to tell it by.
  if (status === 404 && method !== "PUT" && (code === undefined || code === "NoSuchKey")) return answer;
  const isPassing = status >= 500 || status === 429 || status === 408;
  const reason = `S3 answers ${method} with ${status}${code === undefined ? "" : ` (${code})`}`;
  throw new BlobError(isPassing ? "unavailable" : "failed", reason);
}

/** Of fetch's errors, the cause says what happened. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

async function importSigner(): Promise<typeof import("aws4fetch")> {
  try {
    return await import("aws4fetch");
  } catch (cause) {
    const problem = "blobs on S3 need the package aws4fetch, which is not installed: npm install aws4fetch";
    throw new BlobError("failed", problem, { cause });
  }
}
