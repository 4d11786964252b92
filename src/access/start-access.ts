import type { Quota } from "../budgets/budgets.ts";
import { type Access, openAccess } from "./access.ts";
import type { AccessConfig } from "./access-config.ts";
import { KeyedAccess, type Keys } from "./keyed-access.ts";
import { parseKeyFile } from "./key-file.ts";
import { KeyRing } from "./key-ring.ts";
import { tokenVerifier } from "./token-verifier.ts";
import { WatchedFile } from "./watched-file.ts";

export interface StartAccessOptions {
  /** Of each client, or of each tenant of which the file of keys says nothing else. */
  readonly quota: Quota;
  /** Chats that run at once, of all tenants: none has more. */
  readonly maxChats: number;
  readonly report: (message: string) => void;
  /** How often files are looked at. @default 1000 */
  readonly everyMs?: number;
}

/** Who may ask, as the configuration says it. A ConfigError says which file makes no sense. */
export async function startAccess({ keys: path, tokens }: AccessConfig, options: StartAccessOptions): Promise<Access> {
  const { quota, maxChats, report, everyMs } = options;
  if (path === undefined && tokens === undefined) return openAccess(quota);
  const verifier = tokens && (await tokenVerifier(tokens, { report, everyMs }));
  const file = path === undefined ? undefined : new WatchedFile(path, { parse: keysOf, report, everyMs });
  return new KeyedAccess({
    keys: () => file?.value ?? noKeys,
    tokens: verifier,
    usualQuota: { ...quota, maxChats },
    close: () => {
      file?.close();
      verifier?.close();
    },
  });
}

function keysOf(text: string): Keys {
  const { keys, ...rest } = parseKeyFile(text);
  return { ...rest, ring: new KeyRing(keys) };
}

const noKeys: Keys = { ring: new KeyRing([]), quotas: new Map(), sessionSecret: undefined };
