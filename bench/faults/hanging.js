/**
 * Loaded before everything else of a worker: its compute thread hangs for good in the next call of onnxruntime that the
 * environment's file names, "run" or "create". The file goes with that, so that the next worker is well.
 */
import { readFileSync, rmSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const file = process.env.HANG_FILE;

if (!isMainThread && file !== undefined) {
  process.env.ORT_DISABLE_TELEMETRY = "1";
  const { InferenceSession } = await import("onnxruntime-node");
  hangIn(InferenceSession, "create");
  hangIn(InferenceSession.prototype, "run");
}

function hangIn(object, name) {
  const call = object[name];
  let isFirst = true;
  object[name] = function (...args) {
    // The first session is of no model.
    if (!isFirst) hangIfAsked(name);
    isFirst = false;
    return call.apply(this, args);
  };
}

function hangIfAsked(name) {
  if (asked() !== name) return;
  rmSync(file);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function asked() {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
