import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBlobs } from "../../blobs/open-blobs.ts";
import { S3Blobs } from "../../blobs/s3-blobs.ts";
import { s3PlaceOf } from "../../blobs/s3-place.ts";
import { type S3Server, startS3 } from "../support/s3-server.ts";
import { blobSuite } from "./blob-suite.ts";

let s3: S3Server;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.close());

let numPlaces = 0;

/** Of a prefix that nobody else has. */
function newPlace(): string {
  numPlaces += 1;
  return `s3://${s3.bucket}/test/${numPlaces}?endpoint=${s3.origin}&region=${s3.region}`;
}

const hasty = { shortMs: 200, longMs: 200, pausesMs: [1, 1] };

function openHasty(env = s3.env): Promise<S3Blobs> {
  return S3Blobs.open(s3PlaceOf(newPlace(), env), hasty);
}

blobSuite("by the S3 API", () => {
  const place = newPlace();
  return Promise.resolve({
    open: () => openBlobs(place, { env: s3.env }),
    spoil: (sha256, bytes) => {
      const key = [...s3.objects.keys()].find((each) => each.endsWith(sha256))!;
      return Promise.resolve(void s3.objects.set(key, Buffer.from(bytes)));
    },
  });
});

describe("blobs by the S3 API", () => {
  it("lie under the prefix, in folders by their first two digits", async () => {
    const blobs = await openHasty();
    const sha256 = await blobs.put(Buffer.from("where"));
    expect([...s3.objects.keys()]).toContain(`test/${numPlaces}/${sha256.slice(0, 2)}/${sha256}`);
  });

  it("are asked for again where the server is busy, a bounded number of times", async () => {
    const blobs = await openHasty();
    const sha256 = await blobs.put(Buffer.from("busy"));
    const busy =
      (status: number): S3Server["instead"][number] =>
      (response) =>
        void response.writeHead(status).end();
    s3.instead.push(busy(503), busy(429));
    expect(await blobs.has(sha256)).toBe(true);
    s3.instead.push(busy(500), busy(503), busy(500));
    await expect(blobs.has(sha256)).rejects.toMatchObject({ problem: "unavailable", message: /HEAD with 500/ });
    expect(await blobs.has(sha256)).toBe(true);
  });

  it("are not waited for without end", async () => {
    const blobs = await openHasty();
    s3.instead.push(...Array.from({ length: 3 }, () => () => undefined));
    await expect(blobs.get("0".repeat(64))).rejects.toMatchObject({ problem: "unavailable" });
  });

  it("are not waited for where an answer's rest does not come", async () => {
    const blobs = await openHasty();
    const half: S3Server["instead"][number] = (response) =>
      void response.writeHead(200, { "content-length": 9 }).write("a");
    s3.instead.push(half, half, half);
    await expect(blobs.get("0".repeat(64))).rejects.toMatchObject({ problem: "unavailable" });
  });

  it("are not taken for kept where the bucket went", async () => {
    const blobs = await openHasty();
    s3.instead.push((response) => void response.writeHead(404).end("<Code>NoSuchBucket</Code>"));
    await expect(blobs.put(Buffer.from("a"))).rejects.toMatchObject({ problem: "failed", message: /NoSuchBucket/ });
    s3.instead.push((response) => void response.writeHead(404).end());
    await expect(blobs.put(Buffer.from("a"))).rejects.toMatchObject({ problem: "failed" });
  });

  it("say at once what is wrong with secret, bucket or host, and keep the secret", async () => {
    const wrongSecret = { ...s3.env, AWS_SECRET_ACCESS_KEY: "another-secret" };
    const refused = await openHasty(wrongSecret).catch((error: unknown) => error);
    expect(refused).toMatchObject({ problem: "failed", message: "S3 answers GET with 403 (SignatureDoesNotMatch)" });
    expect(String((refused as Error).stack)).not.toContain("another-secret");
    const elsewhere = newPlace().replace(s3.bucket, "elsewhere");
    await expect(S3Blobs.open(s3PlaceOf(elsewhere, s3.env), hasty)).rejects.toThrow("NoSuchBucket");
    const nobody = newPlace().replace(s3.origin, "http://127.0.0.1:1");
    await expect(S3Blobs.open(s3PlaceOf(nobody, s3.env), hasty)).rejects.toMatchObject({ problem: "unavailable" });
  });
});

describe("a place on S3", () => {
  const env = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "eu-west-1" };

  it("is addressed by hosts on AWS, and by paths elsewhere, unless it says otherwise", () => {
    expect(s3PlaceOf("s3://bucket/a/b", env)).toMatchObject({
      base: "https://bucket.s3.eu-west-1.amazonaws.com/a/b/",
      region: "eu-west-1",
    });
    const at = (options: string): string => s3PlaceOf(`s3://bucket?${options}`, env).base;
    expect(at("endpoint=http://host:9000")).toBe("http://host:9000/bucket/");
    expect(at("endpoint=http://host:9000&style=host")).toBe("http://bucket.host:9000/");
    expect(at("region=us-west-2&style=path")).toBe("https://s3.us-west-2.amazonaws.com/bucket/");
    expect(s3PlaceOf("s3://bucket", { ...env, AWS_ENDPOINT_URL_S3: "https://host" }).base).toBe("https://host/bucket/");
  });

  it.each([
    ["s3://", "names no bucket"],
    ["s3://Bucket_1", "names no bucket"],
    ["s3://id:secret@bucket", "credentials belong into the environment"],
    ["s3://bucket/a%2e%2e", "prefix"],
    ["s3://bucket?endpoint=host", "endpoint must be"],
    ["s3://bucket?endpoint=http://host/path", "endpoint must be"],
    ["s3://bucket?style=odd", "style"],
    ["s3://bucket?endpiont=http://host", 'option "endpiont"'],
  ])("is refused as %s", (place, reason) => expect(() => s3PlaceOf(place, env)).toThrow(reason));

  it("needs credentials", () => {
    expect(() => s3PlaceOf("s3://bucket", { AWS_ACCESS_KEY_ID: "id" })).toThrow("AWS_SECRET_ACCESS_KEY must be set");
  });
});
