import type { HubConfig } from "./hub-config.ts";
import { HubError } from "./hub-error.ts";
import { listCheckpoint, type Wanted } from "./list-checkpoint.ts";
import { requestHub } from "./request.ts";

/** How the hub answers. `account`: whose token it was given. */
export type HubAnswer =
  | { readonly kind: "answers"; readonly account?: string }
  | { readonly kind: "token not known" }
  | { readonly kind: "unreachable"; readonly reason: string };

/** Asks the hub whether it is there, and with a token, whose that is. */
export async function askHub(config: HubConfig, signal: AbortSignal): Promise<HubAnswer> {
  try {
    const response = await requestHub(config, { path: config.token === undefined ? "/" : "/api/whoami-v2", signal });
    const { name } = config.token === undefined ? {} : ((await response.json()) as { readonly name?: unknown });
    if (config.token === undefined) await response.body?.cancel();
    return { kind: "answers", ...(typeof name === "string" ? { account: name } : {}) };
  } catch (error) {
    return answerOf(error);
  }
}

/** A mirror that knows no accounts is one that answers. */
function answerOf(error: unknown): HubAnswer {
  if (!(error instanceof HubError)) return { kind: "unreachable", reason: String(error) };
  if (error.kind === "unreachable") return { kind: "unreachable", reason: error.message };
  return error.kind === "not-allowed" ? { kind: "token not known" } : { kind: "answers" };
}

/** Bytes of the files that a pull of a repository would bring, were none of them here. Throws a HubError. */
export async function checkpointBytes(config: HubConfig, wanted: Wanted): Promise<number> {
  const { files } = await listCheckpoint(config, wanted);
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
