import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { llavaGguf } from "../../../bench/peers/llava-gguf.ts";
import { ServerProcess } from "../../../bench/server-process.ts";

const root = join(import.meta.dirname, "../../..");
const demo = join(root, "checkpoints/demo-llava");

/** llama-server itself: what LLAMA_SERVER names, or where docs/other-engines.md has it built. Undefined without either. */
export const llamaServer = [process.env.LLAMA_SERVER, join(root, "peers/build/bin/llama-server")].find(
  (path) => path !== undefined && existsSync(path),
);

export interface LlamaServer {
  readonly url: string;
  /** Slots that compute something. */
  busySlots(): Promise<number>;
  /** Ends at once. */
  kill(): Promise<void>;
}

/** It serves the bundled LLaVA, with the chat template of its checkpoint. */
export async function startLlamaServer({ port = 0, slots = 2 } = {}): Promise<LlamaServer> {
  const folder = await mkdtemp(join(tmpdir(), "triptych-llama-server-"));
  const { model, vision } = await llavaGguf(demo, folder);
  const files = ["--model", model, "--mmproj", vision, "--chat-template-file", join(demo, "chat_template.jinja")];
  const room = ["--parallel", String(slots), "--ctx-size", String(slots * 512), "--threads", "2"];
  const args = [...files, ...room, "--host", "127.0.0.1", "--port", String(port), "--alias", "demo-llava"];
  const server = new ServerProcess({
    ...{ command: llamaServer!, args, env: process.env, channel: "none", readyPath: "/health" },
  });
  const url = await server.ready(60_000);
  return {
    url: `${url}/v1`,
    busySlots: async () => {
      const told = (await (await fetch(`${url}/slots`)).json()) as { is_processing: boolean }[];
      return told.filter(({ is_processing }) => is_processing).length;
    },
    kill: async () => {
      server.child.kill("SIGKILL");
      await server.end(5_000);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
