import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { freePort } from "./free-port.ts";

/** A PostgreSQL server of this machine's, in a temporary folder. */
export interface PostgresServer {
  readonly url: string;
  /** Ends it at once, as a crash would; what is committed is kept. */
  stop(): Promise<void>;
  /** Starts it again where it was. */
  start(): Promise<void>;
  /** Ends it and removes what it wrote. */
  remove(): Promise<void>;
}

const startMs = 20_000;
/** Processes of tests end, and nobody cuts the power. */
const hasty = ["fsync=off", "full_page_writes=off", "shared_buffers=16MB"];

/** Where the programs of a PostgreSQL server are; undefined on a machine without one. */
export function findPostgres(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((v) => join(debian, v, "bin")), ...(process.env.PATH ?? "").split(delimiter)];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

/** Starts an empty server on a free port, with the programs of `folder`. */
export async function startPostgres(folder: string): Promise<PostgresServer> {
  const user = userOfServer();
  const home = mkdtempSync(join(tmpdir(), "postgres-"));
  if (user !== undefined) chownSync(home, user.uid, user.gid);
  const [data, port] = [join(home, "data"), await freePort()];
  const init = ["-D", data, "-U", "triptych", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  execFileSync(join(folder, "initdb"), init, { ...user, cwd: home, stdio: "ignore" });
  const url = `postgres://triptych:secret@127.0.0.1:${port}/postgres`;
  const args = ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", home, ...hasty.flatMap((s) => ["-c", s])];
  let server: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    if (server?.exitCode !== null) return;
    server.kill("SIGQUIT");
    await once(server, "exit");
  };
  const start = async (): Promise<void> => {
    server = spawn(join(folder, "postgres"), args, { ...user, cwd: home, stdio: "ignore" });
    await untilItAnswers(url);
  };
  const remove = async (): Promise<void> => {
    await stop();
    rmSync(home, { recursive: true, force: true });
  };
  process.once("exit", () => server?.kill("SIGQUIT"));
  await start();
  return { url, start, stop, remove };
}

async function untilItAnswers(url: string): Promise<void> {
  const deadline = Date.now() + startMs;
  for (;;) {
    const client = new Client(url);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

/** The server refuses to run as root; undefined: as whoever runs this. */
function userOfServer(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const [, , uid, gid] = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody") ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}
