import { expect, it } from "vitest";
import { startAccess } from "../../../src/access/start-access.ts";
import { Metrics } from "../../../src/metrics.ts";
import { startMetricsServer } from "../../../src/metrics-server.ts";
import { TalkingInference } from "../talking-inference.ts";
import { bearer, keyFileText } from "./keyed-server.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../gallery/temporary-folder.ts";

it("metrics that others can reach are for admins", async () => {
  const keys = join(await temporaryFolder(), "keys.json");
  writeFileSync(keys, keyFileText());
  const log = { info: () => undefined, error: () => undefined, finished: () => undefined };
  const config = { keys, tokens: undefined, openToAll: false };
  const access = await startAccess(config, { quota: {}, maxChats: 1, report: log.info });
  const address = { host: "127.0.0.1", port: 0, hosts: undefined };
  const server = await startMetricsServer({
    metrics: new Metrics(),
    inference: new TalkingInference(),
    address,
    log,
    access,
  });
  const status = async (headers = {}): Promise<number> => (await fetch(server.url, { headers })).status;
  expect([await status(), await status(bearer("acme")), await status(bearer("admin"))]).toEqual([401, 403, 200]);
  await server.close();
  access.close();
});
