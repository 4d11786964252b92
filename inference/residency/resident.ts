/** A served model as its residency is decided by. */
export interface Resident {
  readonly name: string;
  readonly isPinned: boolean;
  /** `starting`: loaded with its worker; `loading`: on demand, in a worker that runs already. */
  place: "unloaded" | "starting" | "loading" | "loaded" | "failed";
  /** Requests that the worker has. */
  sent: number;
  /** Requests that wait for it to be loaded. */
  held: number;
  /** When the first of those that wait came. */
  heldSince: number;
  lastUsed: number;
}

export function newResident(name: string, isPinned: boolean): Resident {
  return { name, isPinned, place: "unloaded", sent: 0, held: 0, heldSince: 0, lastUsed: 0 };
}

export function isInMemory({ place }: Resident): boolean {
  return place === "starting" || place === "loading" || place === "loaded";
}

/** Whoever waits for it is with the worker from now on. */
export function sendHeld(resident: Resident): void {
  [resident.sent, resident.held] = [resident.sent + resident.held, 0];
}

/** Of those that wait to be loaded, the one that somebody asked for first. */
export function firstWaitedFor(residents: Iterable<Resident>): Resident | undefined {
  const waitedFor = [...residents].filter(({ place, held }) => place === "unloaded" && held > 0);
  return waitedFor.sort((a, b) => a.heldSince - b.heldSince)[0];
}

/**
 * Who goes so that what is left fits: those in which nobody runs first, of these the least recently used. All that may go,
 * if even that is not enough.
 */
export function makeRoom(residents: readonly Resident[], fits: (kept: readonly Resident[]) => boolean): Resident[] {
  const candidates = residents.filter(({ isPinned, place }) => !isPinned && place === "loaded");
  candidates.sort((a, b) => Number(a.sent > 0) - Number(b.sent > 0) || a.lastUsed - b.lastUsed);
  for (let count = 0; count < candidates.length; count++) {
    const going = candidates.slice(0, count);
    if (fits(residents.filter((resident) => !going.includes(resident)))) return going;
  }
  return candidates;
}
