import { askHub, proxyAdvice, type HubAnswer, type HubConfig } from "../../hub/index.ts";
import { type Finding, good, note } from "./finding.ts";

const TIMEOUT_MS = 8_000;

/** Whether checkpoints can be fetched. The bundled ones, and what is here already, need no hub. */
export async function hubFinding(config: HubConfig, env: NodeJS.ProcessEnv): Promise<Finding> {
  if (config.access === "offline") {
    return note("hub", "HF_HUB_OFFLINE is set: nothing is fetched, what is in the cache is served");
  }
  return findingOf(await askHub(config, AbortSignal.timeout(TIMEOUT_MS)), config, env);
}

function findingOf(answer: HubAnswer, { endpoint, token }: HubConfig, env: NodeJS.ProcessEnv): Finding {
  switch (answer.kind) {
    case "answers": {
      const account = answer.account === undefined ? "" : ` of ${answer.account}`;
      return good("hub", `${endpoint} answers; ${token === undefined ? "no token" : `with a token${account}`}`);
    }
    case "token not known":
      return note("hub", `${endpoint} answers, but does not know the token`, "Set HF_TOKEN anew, or to nothing.");
    case "unreachable":
      return note("hub", `${endpoint} does not answer: ${answer.reason}`, unreachableRemedy(env));
  }
}

function unreachableRemedy(env: NodeJS.ProcessEnv): string {
  const elsewhere = "HF_ENDPOINT names a mirror; what was fetched elsewhere serves from its folder.";
  const advice = proxyAdvice(env);
  return advice === undefined ? elsewhere : `${advice} ${elsewhere}`;
}
