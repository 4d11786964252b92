import { gigabytes, type PullProgress, type Wait } from "../hub/index.ts";

export interface ProgressPrinter {
  readonly show: (progress: PullProgress) => void;
  /** Says in a line of its own what is waited for. */
  readonly wait: (wait: Wait) => void;
  /** Leaves the line. */
  readonly end: () => void;
}

const BAR = 30;
const REDRAW_MS = 100;
const LINE_MS = 10_000;
/** Before, a speed says nothing. */
const MEASURED_MS = 1_000;

/** Shows a download's progress: a bar that is drawn again on a terminal, a plain line now and then elsewhere. */
export function progressPrinter(
  stream: Pick<NodeJS.WriteStream, "isTTY" | "write">,
  now: () => number = () => performance.now(),
): ProgressPrinter {
  const began = now();
  let first: number | undefined;
  let last: number | undefined;
  return {
    show: (progress) => {
      first ??= progress.bytes;
      const isDone = progress.bytes >= progress.totalBytes;
      if (last !== undefined && now() - last < (stream.isTTY ? REDRAW_MS : LINE_MS) && !isDone) return;
      last = now();
      const speed = speedOf(progress.bytes - first, last - began);
      stream.write(stream.isTTY ? `\r\x1b[K${barOf(progress)}${speed}` : `${lineOf(progress)}${speed}\n`);
    },
    wait: (wait) => {
      stream.write(`${stream.isTTY ? "\r\x1b[K" : ""}${waitLine(wait)}\n`);
      last = undefined;
    },
    end: () => {
      if (stream.isTTY && last !== undefined) stream.write("\n");
    },
  };
}

function waitLine({ error, ms }: Wait): string {
  return `${error.message} Trying again in ${Math.ceil(ms / 1000)} s.`;
}

function barOf({ repository, bytes, totalBytes }: PullProgress): string {
  const full = Math.floor((BAR * bytes) / totalBytes);
  return `${repository}  [${"#".repeat(full)}${".".repeat(BAR - full)}] ${amounts(bytes, totalBytes)}`;
}

function lineOf({ repository, bytes, totalBytes }: PullProgress): string {
  return `${repository}: ${amounts(bytes, totalBytes)}`;
}

function amounts(bytes: number, totalBytes: number): string {
  return `${Math.floor((100 * bytes) / totalBytes)} %, ${gigabytes(bytes)} of ${gigabytes(totalBytes)}`;
}

function speedOf(bytes: number, ms: number): string {
  return ms < MEASURED_MS ? "" : `, ${gigabytes((1000 * bytes) / ms)}/s`;
}
