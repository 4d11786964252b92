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
  const text = (name: string): string | undefined => nonEmpty(env[name]);
  const home = text("HF_HOME") ?? join(text("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "huggingface");
  return {
    endpoint: (text("HF_ENDPOINT") ?? "https://huggingface.co").replace(/\/+$/, ""),
    cache: text("HF_HUB_CACHE") ?? text("HUGGINGFACE_HUB_CACHE") ?? join(home, "hub"),
    token: text("HF_TOKEN") ?? nonEmpty(textOf(text("HF_TOKEN_PATH") ?? join(home, "token"))),
    access: /^(1|on|yes|true)$/i.test(text("HF_HUB_OFFLINE") ?? "") ? "offline" : "online",
  };
}

/** A variable that is set to nothing, as compose files do, is not set. */
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
