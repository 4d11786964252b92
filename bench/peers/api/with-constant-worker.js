import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { fileURLToPath } from "node:url";

/** Loaded into the API process before its main module (--import): the worker that it starts is one that costs nothing. */

const fork = childProcess.fork;
const worker = fileURLToPath(new URL("./constant-worker.ts", import.meta.url));

childProcess.fork = (_path, options) => fork(worker, { ...options, execArgv: ["--import", "tsx"] });
syncBuiltinESMExports();
