import { ConfigError } from "../config-error.ts";
import { isLoopback } from "../hosts.ts";
import { wrong } from "../wrong-setting.ts";
import type { accessSettings } from "./access-settings.ts";
import type { TokenConfig } from "./token-verifier.ts";

/** Who may ask: with neither keys nor tokens, everybody. */
export interface AccessConfig {
  /** The file of keys. */
  readonly keys: string | undefined;
  readonly tokens: TokenConfig | undefined;
  /** Whether that may be so also where others can reach the server. */
  readonly openToAll: boolean;
}

type Text = (name: keyof typeof accessSettings) => string;

/** Reads who may ask. */
export function accessConfig(text: Text): AccessConfig {
  const openToAll = text("openToAll");
  if (openToAll !== "on" && openToAll !== "off") throw wrong("openToAll", '"on" or "off"', openToAll);
  return { keys: text("keys") || undefined, tokens: tokenConfig(text), openToAll: openToAll === "on" };
}

/** Throws a ConfigError where whoever can reach the address would be let in by oversight. */
export function requireGuard(host: string, { keys, tokens, openToAll }: AccessConfig): void {
  if (keys !== undefined || tokens !== undefined || openToAll || isLoopback(host)) return;
  throw new ConfigError(
    [
      `Others can reach ${host}, and nobody would have to say who they are. Either make a key,`,
      "  npm run keys -- new --tenant acme --file keys.json",
      "and start with --keys keys.json, or let everybody in by --open-to-all on, as behind a proxy that knows who asks.",
    ].join("\n"),
  );
}

function tokenConfig(text: Text): TokenConfig | undefined {
  const [issuer, audience, jwks] = [text("jwtIssuer"), text("jwtAudience"), text("jwtJwks")];
  if ([issuer, audience, jwks].every((part) => part === "")) return undefined;
  if ([issuer, audience, jwks].includes(""))
    throw new ConfigError(
      "Tokens need all of --jwt-issuer, --jwt-audience and --jwt-jwks, or they could be anybody's.",
    );
  if (jwks.startsWith("http:") && !isLoopback(new URL(jwks).hostname))
    throw new ConfigError("--jwt-jwks must be an https: URL or a file: whoever is on the way could give other keys.");
  return { issuer, audience, jwks, tenantClaim: text("jwtTenantClaim") };
}
