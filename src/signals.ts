/** Whoever presses Ctrl-C waits for it. */
const interruptedMs = 5_000;
/** npm passes Ctrl-C on to a process that the terminal has told already: within so long it is one signal. */
const oneSignalMs = 1_000;

/** The first signal ends what runs in peace, a second one later at once. */
export function onSignals(drainMs: number, stop: (graceMs: number) => Promise<void>): void {
  let stoppingSince: number | undefined;
  const onSignal = (signal: "SIGINT" | "SIGTERM"): void => {
    const now = performance.now();
    if (stoppingSince !== undefined) {
      if (now - stoppingSince > oneSignalMs) process.exit(1);
      return;
    }
    stoppingSince = now;
    stop(signal === "SIGINT" ? interruptedMs : drainMs).then(() => process.exit(0), stoppedBadly);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => onSignal(signal));
}

function stoppedBadly(error: unknown): void {
  console.error(error);
  process.exit(1);
}
