import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type JWTPayload } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/config.ts";
import { addAs, askAs, startKeyedServer, type KeyedServer } from "./keyed-server.ts";

const query = "{ images { totalCount } }";
const [issuer, audience] = ["https://login.example", "triptych"];
const folder = mkdtempSync(join(tmpdir(), "triptych-jwks-"));
const jwksFile = join(folder, "jwks.json");
const env = { JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWT_JWKS: jwksFile };

const [signing, strange] = [await generateKeyPair("RS256"), await generateKeyPair("RS256")];
const publicPem = await exportSPKI(signing.publicKey);
const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(signing.publicKey)), kid: "1", alg: "RS256" }] });

let server: KeyedServer;
beforeAll(async () => {
  writeFileSync(jwksFile, jwks);
  server = await startKeyedServer({ env });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const inAnHour = (): number => Math.floor(Date.now() / 1_000) + 3_600;

function claims(changes: JWTPayload = {}): JWTPayload {
  return { iss: issuer, aud: audience, exp: inAnHour(), sub: "ann", tenant: "acme", ...changes };
}

function signed(payload: JWTPayload, key = signing.privateKey): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg: "RS256", kid: "1" }).sign(key);
}

function without(claim: string): JWTPayload {
  return Object.fromEntries(Object.entries(claims()).filter(([name]) => name !== claim));
}

/** A token by hand, with any header and signature. */
function forged(header: object, payload: JWTPayload, signature = ""): string {
  const [head, body] = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  return `${head}.${body}.${signature}`;
}

const ask = (token: string) => askAs(server.url, { authorization: `Bearer ${token}` }, query);

describe("a token", () => {
  it("lets in its holder, as the tenant that it names", async () => {
    await addAs(server.url, "acme", "a cat");
    expect((await ask(await signed(claims()))).data).toEqual({ images: { totalCount: 1 } });
    expect((await ask(await signed(claims({ tenant: "bolt" })))).data).toEqual({ images: { totalCount: 0 } });
  });

  it("makes nobody an admin", async () => {
    const token = await signed(claims({ role: "admin", permissions: ["watchServer"] }));
    const { codes } = await askAs(server.url, { authorization: `Bearer ${token}` }, "{ scheduler { devices { id } } }");
    expect(codes).toEqual(["FORBIDDEN"]);
  });

  it.each<[string, () => Promise<string> | string]>([
    ["no signature", () => forged({ alg: "none" }, claims())],
    ["no signature, in other letters", () => forged({ alg: "NoNe" }, claims())],
    [
      "the public key as a secret",
      () =>
        new SignJWT(claims()).setProtectedHeader({ alg: "HS256", kid: "1" }).sign(new TextEncoder().encode(publicPem)),
    ],
    ["another's signature", () => signed(claims(), strange.privateKey)],
    [
      "a header that names its own key",
      async () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: "RS256", jwk: await exportJWK(strange.publicKey) })
          .sign(strange.privateKey),
    ],
    ["an end that is past", () => signed(claims({ exp: Math.floor(Date.now() / 1_000) - 60 }))],
    ["no end", () => signed(without("exp"))],
    ["a beginning that is to come", () => signed(claims({ nbf: inAnHour() }))],
    ["another audience", () => signed(claims({ aud: "other" }))],
    ["no audience", () => signed(without("aud"))],
    ["another issuer", () => signed(claims({ iss: "https://evil.example" }))],
    ["no tenant", () => signed(without("tenant"))],
    ["a tenant's name that reaches out", () => signed(claims({ tenant: "acme/../bolt" }))],
    ["a tenant's name with a space", () => signed(claims({ tenant: "acme x" }))],
    ["a list of tenants", () => signed(claims({ tenant: ["acme"] }))],
    [
      "changed claims",
      async () => {
        const [head, , signature] = (await signed(claims())).split(".");
        const body = Buffer.from(JSON.stringify(claims({ tenant: "bolt" }))).toString("base64url");
        return `${head}.${body}.${signature}`;
      },
    ],
  ])("is refused with %s", async (_what, make) => {
    const { status, codes } = await ask(await make());
    expect({ status, codes }).toEqual({ status: 401, codes: ["UNAUTHENTICATED"] });
  });

  it("is taken by keys that the issuer gives at an address, and by another claim", async () => {
    const issuing = createServer((_request, response) => void response.end(jwks)).listen(0, "127.0.0.1");
    await once(issuing, "listening");
    const url = `http://127.0.0.1:${(issuing.address() as AddressInfo).port}/jwks.json`;
    await using other = await startKeyedServer({
      env: { ...env, JWT_JWKS: url, JWT_TENANT_CLAIM: "org", KEYS_FILE: "" },
    });
    const token = await signed(claims({ org: "bolt", tenant: "acme" }));
    expect(await askAs(other.url, { authorization: `Bearer ${token}` }, query)).toMatchObject({ status: 200 });
    expect((await askAs(other.url, "acme", query)).status).toBe(401);
    issuing.close();
  });

  it("is believed of nobody where the issuer cannot be reached, and the log says so", async () => {
    await using other = await startKeyedServer({ env: { ...env, JWT_JWKS: "http://127.0.0.1:1/jwks.json" } });
    const token = await signed(claims());
    expect((await askAs(other.url, { authorization: `Bearer ${token}` }, query)).status).toBe(401);
    expect(other.errors.join()).toContain("a token could not be checked");
    expect((await askAs(other.url, "acme", query)).status).toBe(200);
  });
});

describe("settings of tokens", () => {
  it.each([
    [["--jwt-issuer", issuer], "Tokens need all of"],
    [
      ["--jwt-issuer", issuer, "--jwt-audience", audience, "--jwt-jwks", "http://login.example/jwks"],
      "must be an https",
    ],
  ])("%j make no sense", (argv, message) => expect(() => parseConfig(argv, {})).toThrow(message));
});
