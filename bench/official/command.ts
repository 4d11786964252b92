import { spawn } from "node:child_process";
import { once } from "node:events";
import { root } from "../server-process.ts";

/** What a command prints. Throws with what it complained of if it fails. */
export async function runCommand(
  command: string,
  args: readonly string[],
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<string> {
  const child = spawn(command, args, { cwd: root, env, signal, stdio: ["ignore", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.stderr = (said.stderr + chunk.toString()).slice(-4096)));
  const [code] = (await once(child, "close")) as [number | null];
  if (code === 0) return said.stdout;
  throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${said.stderr}`);
}
