/** The settings of who may ask. */
export const accessSettings = {
  keys: {
    flag: "keys",
    env: "KEYS_FILE",
    value: "file",
    fallback: "",
    text: "keys of those who may ask, made by npm run keys; without it, and without tokens, everybody may who can reach the address",
  },
  jwtIssuer: {
    flag: "jwt-issuer",
    env: "JWT_ISSUER",
    value: "name",
    fallback: "",
    text: "whose JSON Web Tokens let their holders ask, as their claim iss says",
  },
  jwtAudience: {
    flag: "jwt-audience",
    env: "JWT_AUDIENCE",
    value: "name",
    fallback: "",
    text: "for whom they must be made out, as their claim aud says",
  },
  jwtJwks: {
    flag: "jwt-jwks",
    env: "JWT_JWKS",
    value: "url",
    fallback: "",
    text: "the issuer's public keys, a JWK Set: an https address or a file",
  },
  jwtTenantClaim: {
    flag: "jwt-tenant-claim",
    env: "JWT_TENANT_CLAIM",
    value: "name",
    fallback: "tenant",
    text: "their claim that names the tenant",
  },
  openToAll: {
    flag: "open-to-all",
    env: "OPEN_TO_ALL",
    value: "on|off",
    fallback: "off",
    text: "whether everybody may ask, without a key, also where the address is not loopback",
  },
} as const;
