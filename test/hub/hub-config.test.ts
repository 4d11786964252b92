import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { hubConfig } from "../../hub/index.ts";

const home = mkdtempSync(join(tmpdir(), "hf-home-"));
writeFileSync(join(home, "token"), "saved\n");
afterAll(() => rmSync(home, { recursive: true }));

describe("the hub's environment", () => {
  const usual = { cache: join(homedir(), ".cache/huggingface/hub"), access: "online" };

  it.each([
    ["nothing", {}],
    ["empty variables", { HF_HOME: "", HF_HUB_CACHE: "", XDG_CACHE_HOME: "", HF_ENDPOINT: " ", HF_HUB_OFFLINE: "" }],
  ])("has huggingface_hub's defaults where %s is set", (_name, env) => {
    const endpoint = "https://huggingface.co";
    expect(hubConfig({ HF_TOKEN: "t", ...env })).toEqual({ ...usual, endpoint, token: "t" });
  });

  it("is heard", () => {
    const env = { HF_ENDPOINT: "http://mirror/", HF_HOME: home, HF_TOKEN: " mine\n", HF_HUB_OFFLINE: "TRUE" };
    const cache = join(home, "hub");
    expect(hubConfig(env)).toEqual({ endpoint: "http://mirror", cache, token: "mine", access: "offline" });
  });

  it("takes HF_HUB_CACHE before HF_HOME, and the saved token where none is set", () => {
    const { cache, token } = hubConfig({ HF_HOME: home, HF_HUB_CACHE: "/cache", HF_TOKEN: "" });
    expect({ cache, token }).toEqual({ cache: "/cache", token: "saved" });
  });
});
