import { lookup as systemLookup, type LookupAddress } from "node:dns";
import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { InferenceError } from "../inference/index.ts";
import { isPublicAddress } from "./public-address.ts";

/** Fetches the bytes of a picture; every failure is an InferenceError that the client may see. */
export type FetchPicture = (url: URL, signal: AbortSignal) => Promise<Uint8Array>;

export interface FetchPolicy {
  readonly maxBytes: number;
  /** For the whole fetch: names, redirects and body. */
  readonly timeoutMs: number;
  /** Ports that may be asked; "any" is for tests. */
  readonly ports: readonly number[] | "any";
  readonly maxRedirects: number;
  /** Whether a resolved address may be connected to. */
  readonly isAllowed: (address: string) => boolean;
  /** All addresses of a host. */
  readonly resolve: (host: string) => Promise<readonly LookupAddress[]>;
}

/** What an outside picture may cost, and that only public hosts are asked. */
export const publicOnly: FetchPolicy = {
  maxBytes: 20 * 1024 * 1024,
  timeoutMs: 10_000,
  ports: [80, 443],
  maxRedirects: 3,
  isAllowed: isPublicAddress,
  resolve: resolveAll,
};

/**
 * A fetch that a hostile URL cannot turn against our own network: the addresses are resolved and checked here, the
 * connection goes to a checked address and no other, and each redirect is checked again.
 */
export function createFetchPicture(policy: FetchPolicy): FetchPicture {
  return async (url, signal) => {
    const timeout = AbortSignal.timeout(policy.timeoutMs);
    try {
      const either = AbortSignal.any([signal, timeout]);
      return await unlessAborted(follow(url, policy, either), either);
    } catch (error) {
      if (signal.aborted) throw new InferenceError("CANCELLED", "The client left while its picture was fetched.");
      if (timeout.aborted) throw unreachable(`${url.host} did not send the picture within ${policy.timeoutMs} ms.`);
      throw error instanceof InferenceError ? error : unreachable(`${url.host}: ${reason(error)}.`);
    }
  };
}

/** Resolves a name or waits for a slow host no longer than the signal allows. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
    work.then(resolve, reject);
  });
}

async function follow(start: URL, policy: FetchPolicy, signal: AbortSignal): Promise<Uint8Array> {
  let url = start;
  for (let redirects = 0; redirects <= policy.maxRedirects; redirects++) {
    checkUrl(url, policy);
    const response = await get(url, await checkedAddresses(url, policy), signal);
    const next = redirectTarget(url, response);
    if (!next) return await readBody(url, response, policy);
    response.destroy();
    url = next;
  }
  throw unreachable(`${start.host} redirects more than ${policy.maxRedirects} times.`);
}

function checkUrl(url: URL, { ports }: FetchPolicy): void {
  if (url.protocol !== "http:" && url.protocol !== "https:") throw badUrl(`only http and https, not ${url.protocol}`);
  if (url.username !== "" || url.password !== "") throw badUrl("no user name or password");
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  if (ports !== "any" && !ports.includes(port)) throw badUrl(`only the ports ${ports.join(" and ")}, not ${port}`);
}

async function checkedAddresses(url: URL, policy: FetchPolicy): Promise<readonly LookupAddress[]> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const family = isIP(host);
  const addresses = family === 0 ? await policy.resolve(host) : [{ address: host, family }];
  if (addresses.length === 0) throw unreachable(`${host} has no address.`);
  if (addresses.every(({ address }) => policy.isAllowed(address))) return addresses;
  throw unreachable(`${host} is not a host of the public internet.`);
}

function get(url: URL, addresses: readonly LookupAddress[], signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  const headers = { accept: "image/*", "accept-encoding": "identity", "user-agent": "triptych" };
  return new Promise((resolve, reject) => {
    request(url, { agent: false, headers, lookup: answering(addresses), signal })
      .on("response", resolve)
      .on("error", reject)
      .end();
  });
}

/** A lookup that knows the checked addresses only, so that a second DNS answer cannot slip another one in. */
function answering(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, options, callback) => {
    const first = addresses[0]!;
    if (options.all) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}

function redirectTarget(url: URL, response: IncomingMessage): URL | undefined {
  const { statusCode = 0, headers } = response;
  if (statusCode < 300 || statusCode > 399 || headers.location === undefined) return undefined;
  if (URL.canParse(headers.location, url.href)) return new URL(headers.location, url);
  throw unreachable(`${url.host} redirects to something that is not a URL.`);
}

async function readBody(url: URL, response: IncomingMessage, { maxBytes }: FetchPolicy): Promise<Uint8Array> {
  try {
    checkHead(url, response, maxBytes);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes) throw tooLarge(url, maxBytes);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    response.destroy();
  }
}

function checkHead(url: URL, { statusCode, headers }: IncomingMessage, maxBytes: number): void {
  if (statusCode !== 200) throw unreachable(`${url.host} answered with status ${statusCode ?? 0}.`);
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") throw unreachable(`${url.host} sent the picture compressed, which was not asked for.`);
  if (Number(headers["content-length"] ?? 0) > maxBytes) throw tooLarge(url, maxBytes);
}

function resolveAll(host: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });
}

function reason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? `the connection failed (${code})` : "the connection failed";
}

function unreachable(message: string): InferenceError {
  return new InferenceError("IMAGE_UNREACHABLE", message);
}

function tooLarge(url: URL, maxBytes: number): InferenceError {
  return new InferenceError("IMAGE_TOO_LARGE", `The picture at ${url.host} has more than ${maxBytes} bytes.`);
}

function badUrl(rule: string): InferenceError {
  return new InferenceError("BAD_USER_INPUT", `A picture's URL may have ${rule}.`);
}
