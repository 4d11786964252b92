import type { BlobStore } from "./blob-store.ts";
import { checkedBytes, checkedName, nameOf } from "./name.ts";
import type { S3Place } from "./s3-place.ts";
import { type S3Patience, S3Requests } from "./s3-requests.ts";

const removalsAtOnce = 16;

/**
 * Blobs as objects of a bucket, `prefix/ab/abcdef…`, by the S3 API. Who is asked needs the permissions to get, put and
 * delete them, and to list the bucket: without that one, S3 does not say of a missing object that it is missing.
 */
export class S3Blobs implements BlobStore {
  readonly #requests: S3Requests;

  private constructor(requests: S3Requests) {
    this.#requests = requests;
  }

  /** Asks for an object that is not there, so that a wrong address, bucket or credential shows here. */
  static async open(place: S3Place, patience?: S3Patience): Promise<S3Blobs> {
    const blobs = new S3Blobs(await S3Requests.open(place, patience));
    await blobs.#requests.send({ method: "GET", key: keyOf("0".repeat(64)) });
    return blobs;
  }

  /** S3 answers once it is durable, and compares the bytes with the hash that is signed. */
  async put(bytes: Uint8Array): Promise<string> {
    const sha256 = nameOf(bytes);
    await this.#requests.send({ method: "PUT", key: keyOf(sha256), body: { bytes, sha256 } });
    return sha256;
  }

  async get(sha256: string): Promise<Uint8Array | undefined> {
    const { status, bytes } = await this.#requests.send({ method: "GET", key: keyOf(sha256) });
    return status === 404 ? undefined : checkedBytes(sha256, bytes);
  }

  async has(sha256: string): Promise<boolean> {
    const { status } = await this.#requests.send({ method: "HEAD", key: keyOf(sha256) });
    return status !== 404;
  }

  async remove(sha256s: readonly string[]): Promise<void> {
    const keys = sha256s.map(keyOf);
    for (let start = 0; start < keys.length; start += removalsAtOnce) {
      const some = keys.slice(start, start + removalsAtOnce);
      await Promise.all(some.map((key) => this.#requests.send({ method: "DELETE", key })));
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function keyOf(sha256: string): string {
  return `${checkedName(sha256).slice(0, 2)}/${sha256}`;
}
