import type { ModelInfo } from "../../../inference/index.ts";
import { TalkingInference } from "../../src/talking-inference.ts";
import { startTestServer, type TestServer } from "../../src/test-server.ts";
import { threeFamilies } from "../../src/three-families.ts";
import { builtPage } from "./built-page.ts";

export interface TalkingServerOptions {
  /** @default three families */
  readonly served?: readonly ModelInfo[];
  /** Settings as the environment gives them. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The page over the fake world of words. */
export async function startTalkingServer({ served = threeFamilies, env = {} }: TalkingServerOptions = {}): Promise<
  TestServer<TalkingInference>
> {
  return startTestServer({ inference: new TalkingInference(served), webPage: await builtPage(), env });
}
