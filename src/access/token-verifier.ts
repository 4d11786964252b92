import type { JWTPayload, JWTVerifyGetKey } from "jose";
import { ConfigError } from "../config-error.ts";
import { isTenantName } from "./tenant.ts";
import { WatchedFile, type WatchedFileOptions } from "./watched-file.ts";

/** Whose JSON Web Tokens are believed. */
export interface TokenConfig {
  readonly issuer: string;
  readonly audience: string;
  /** Where the issuer's public keys are: a URL, or a file. */
  readonly jwks: string;
  /** The claim that names the tenant. */
  readonly tenantClaim: string;
}

/** A token that is believed. */
export interface Token {
  readonly tenant: string;
  readonly name: string;
  /** Of Date.now(). */
  readonly until: number;
}

export interface TokenVerifier {
  /** Undefined where the token is not to be believed, whyever. */
  verify(token: string): Promise<Token | undefined>;
  close(): void;
}

/** Only such as need a private key to sign: with others, whoever can check a token could make one. */
const algorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
/** Characters of a holder's name that are kept. */
const MAX_NAME = 128;
const QUIET_MS = 60_000;
/** By which clocks may differ. */
const clockToleranceS = 10;

type Jose = typeof import("jose");

type FileOptions = Pick<WatchedFileOptions<unknown>, "report" | "everyMs">;

/** https://www.rfc-editor.org/rfc/rfc8725: algorithms, issuer, audience and an end are all demanded. */
export async function tokenVerifier(config: TokenConfig, options: FileOptions): Promise<TokenVerifier> {
  const jose = await importJose();
  const keys = /^https?:/.test(config.jwks) ? remoteKeys(jose, config.jwks) : fileKeys(jose, config.jwks, options);
  const report = seldom(options.report);
  return { verify: (token) => verified(token, config, { jose, keys, report }), close: keys.close };
}

interface Checking {
  readonly jose: Jose;
  readonly keys: IssuerKeys;
  readonly report: (message: string) => void;
}

async function verified(
  token: string,
  { issuer, audience, tenantClaim }: TokenConfig,
  { jose, keys, report }: Checking,
): Promise<Token | undefined> {
  const requiredClaims = ["exp", tenantClaim];
  const demanded = { issuer, audience, algorithms, requiredClaims, clockTolerance: clockToleranceS };
  try {
    const { payload } = await jose.jwtVerify(token, keys.find, demanded);
    return tokenOf(payload, tenantClaim);
  } catch (error) {
    // Anything else is not the token's fault: the issuer cannot be reached.
    if (!(error instanceof jose.errors.JOSEError)) report(`a token could not be checked: ${String(error)}`);
    return undefined;
  }
}

/** Whoever sends tokens could fill the log. */
function seldom(report: (message: string) => void): (message: string) => void {
  let quietUntil = -Infinity;
  return (message) => {
    const now = performance.now();
    if (now < quietUntil) return;
    quietUntil = now + QUIET_MS;
    report(message);
  };
}

interface IssuerKeys {
  readonly find: JWTVerifyGetKey;
  readonly close: () => void;
}

function remoteKeys({ createRemoteJWKSet }: Jose, url: string): IssuerKeys {
  return { find: createRemoteJWKSet(new URL(url)), close: () => undefined };
}

function fileKeys({ createLocalJWKSet }: Jose, path: string, options: FileOptions): IssuerKeys {
  const parse = (text: string): JWTVerifyGetKey =>
    createLocalJWKSet(JSON.parse(text) as Parameters<typeof createLocalJWKSet>[0]);
  const file = new WatchedFile(path, { ...options, parse });
  return { find: (...args) => file.value(...args), close: () => file.close() };
}

function tokenOf({ exp, sub, ...claims }: JWTPayload, tenantClaim: string): Token | undefined {
  const tenant = claims[tenantClaim];
  if (exp === undefined || typeof tenant !== "string" || !isTenantName(tenant)) return undefined;
  return { tenant, name: (sub ?? "token").slice(0, MAX_NAME), until: exp * 1_000 };
}

/** Only where tokens are taken: the library is an optional one. */
async function importJose(): Promise<Jose> {
  try {
    return await import("jose");
  } catch {
    throw new ConfigError(
      "Tokens are checked with the package jose, which is not here: npm install jose, or leave --jwt-issuer out.",
    );
  }
}
