import { probes } from "../../inference/index.ts";

/** The store of the gallery: SQLite's version. Throws where libsql cannot be loaded. */
async function store(): Promise<{ readonly version: string }> {
  const { Sqlite } = await import("../../gallery/sqlite.ts");
  const { version } = new Sqlite(":memory:").first("SELECT sqlite_version() AS version") ?? {};
  return { version: String(version) };
}

const all = { ...probes, store };
export type ProbeName = keyof typeof all;
export type ProbeResult<Name extends ProbeName> = Awaited<ReturnType<(typeof all)[Name]>>;

/** The child process: runs the probe of that name, tells how it went, and ends. */
const [name, threads] = process.argv.slice(2);
all[name as ProbeName](Number(threads)).then(
  (result) => process.send!({ result }, () => process.exit(0)),
  (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    process.send!({ reason }, () => process.exit(0));
  },
);
