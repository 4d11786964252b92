import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** As much of S3 as blobs need: objects of one bucket, for who signs with the one secret. */
export interface S3Server {
  readonly origin: string;
  readonly bucket: string;
  readonly region: string;
  /** The environment of who may ask. */
  readonly env: NodeJS.ProcessEnv;
  /** By key. */
  readonly objects: Map<string, Buffer>;
  /** Method and key of every request that was signed as it must be. */
  readonly requests: string[];
  /** Answers the next requests in its place, one each. */
  readonly instead: ((response: ServerResponse) => void)[];
  close(): Promise<void>;
}

const [keyId, secret, region, bucket] = [
  "AKIDEXAMPLE",
  "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  "eu-test-1",
  "pictures",
];

export async function startS3(): Promise<S3Server> {
  const [objects, requests] = [new Map<string, Buffer>(), [] as string[]];
  const instead: S3Server["instead"] = [];
  const http = createServer((request, response) => {
    void readAll(request).then((body) => {
      const problem = signatureProblem(request, body);
      if (problem !== undefined) return sendProblem(response, 403, problem);
      requests.push(`${request.method} ${request.url}`);
      const unusual = instead.shift();
      if (unusual !== undefined) return unusual(response);
      answer(request, response, { body, objects });
    });
  });
  await once(http.listen(0, "127.0.0.1"), "listening");
  const { port } = http.address() as AddressInfo;
  const close = async (): Promise<void> => {
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  };
  const env = { AWS_ACCESS_KEY_ID: keyId, AWS_SECRET_ACCESS_KEY: secret };
  return { origin: `http://127.0.0.1:${port}`, bucket, region, env, objects, requests, instead, close };
}

interface Stored {
  readonly body: Buffer;
  readonly objects: Map<string, Buffer>;
}

function answer({ method, url = "" }: IncomingMessage, response: ServerResponse, { body, objects }: Stored): void {
  const [, asked, ...rest] = url.split("/");
  const key = rest.join("/");
  if (asked !== bucket) return sendProblem(response, 404, "NoSuchBucket");
  if (method === "PUT") objects.set(key, body);
  if (method === "DELETE") objects.delete(key);
  if (method === "PUT" || method === "DELETE") {
    response.writeHead(method === "PUT" ? 200 : 204).end();
    return;
  }
  const found = objects.get(key);
  if (found === undefined) return sendProblem(response, 404, "NoSuchKey");
  response.writeHead(200, { "content-length": found.length }).end(method === "HEAD" ? undefined : found);
}

/** Node sends no body with the answer to a HEAD, whatever is given. */
function sendProblem(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status).end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
}

/** Signature Version 4, as AWS documents it: computed from what came over the wire. */
function signatureProblem(request: IncomingMessage, body: Buffer): string | undefined {
  const { authorization = "", "x-amz-date": date = "", "x-amz-content-sha256": bodyHash } = request.headers;
  const pattern = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/;
  const [, id, scope = "", signedHeaders = "", signature] = pattern.exec(authorization) ?? [];
  if (id !== keyId) return "InvalidAccessKeyId";
  if (bodyHash !== sha256(body)) return "XAmzContentSHA256Mismatch";
  const day = String(date).slice(0, 8);
  if (scope !== `${day}/${region}/s3/aws4_request`) return "AuthorizationHeaderMalformed";
  if (Math.abs(Date.now() - momentOf(String(date))) > 15 * 60_000) return "RequestTimeTooSkewed";
  const names = signedHeaders.split(";");
  if (!["host", "x-amz-date", "x-amz-content-sha256"].every((name) => names.includes(name))) return "AccessDenied";
  const [path = "", query = ""] = (request.url ?? "").split("?");
  const headers = names.map((name) => `${name}:${String(request.headers[name]).trim()}\n`).join("");
  const canonical = [request.method, path, query, headers, signedHeaders, bodyHash].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
  const key = [day, region, "s3", "aws4_request"].reduce<string | Buffer>((k, part) => hmac(k, part), `AWS4${secret}`);
  return hmac(key, toSign).toString("hex") === signature ? undefined : "SignatureDoesNotMatch";
}

/** Of 20260131T235959Z. */
function momentOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, "$1-$2-$3:$4:$5"));
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
