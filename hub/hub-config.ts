import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where the hub is and where its files are kept, by the environment variables of huggingface_hub. */
export interface HubConfig {
  /** Without a slash at its end. */
  readonly endpoint: string;
  /** Holds models--owner--name folders. */
  readonly cache: string;
  readonly token: string | undefined;
  /** Only what is in the cache is used. */
  readonly access: "online" | "offline";
}

/** https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables */
export function hubConfig(env: NodeJS.ProcessEnv): HubConfig {
  const home = env.HF_HOME ?? join(env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "huggingface");
  return {
    endpoint: (env.HF_ENDPOINT ?? "https://huggingface.co").replace(/\/+$/, ""),
    cache: env.HF_HUB_CACHE ?? env.HUGGINGFACE_HUB_CACHE ?? join(home, "hub"),
    token: nonEmpty(env.HF_TOKEN) ?? nonEmpty(textOf(env.HF_TOKEN_PATH ?? join(home, "token"))),
    access: /^(1|on|yes|true)$/i.test(env.HF_HUB_OFFLINE ?? "") ? "offline" : "online",
  };
}

function nonEmpty(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === "" ? undefined : trimmed;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
