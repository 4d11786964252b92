import { InferenceError } from "../errors.ts";

/** Text that comes before any stop string, and whether one has been found right after it. */
export type Watched =
  | { readonly stopped: false; readonly text: string }
  | { readonly stopped: true; readonly text: string; readonly stop: string };

/**
 * Looks for stop strings in a text that comes in pieces. What it lets through, joined, is the text up to the first
 * place where any of them begins; what may yet turn out to be the beginning of one is held back.
 */
export class StopStrings {
  readonly #stops: readonly string[];
  #held = "";

  /** Throws BAD_USER_INPUT for an empty stop string. */
  constructor(stops: readonly string[]) {
    if (stops.includes("")) throw new InferenceError("BAD_USER_INPUT", "A stop string must not be empty.");
    this.#stops = stops;
  }

  /** The text that is certain to come before any stop string. After a stop, nothing more is let through. */
  push(piece: string): Watched {
    const text = this.#held + piece;
    const found = firstOf(this.#stops, text);
    const open = firstBeginning(this.#stops, text);
    if (found !== undefined && found.place <= open) return this.#stopAt(found, text);
    this.#held = text.slice(open);
    return { stopped: false, text: text.slice(0, open) };
  }

  /** What was held back, when no text will follow. */
  end(): Watched {
    const text = this.#held;
    const found = firstOf(this.#stops, text);
    if (found !== undefined) return this.#stopAt(found, text);
    this.#held = "";
    return { stopped: false, text };
  }

  /** The stop string is held for good, so that each later call finds it again and lets nothing through. */
  #stopAt({ place, stop }: Found, text: string): Watched {
    this.#held = stop;
    return { stopped: true, text: text.slice(0, place), stop };
  }
}

interface Found {
  readonly place: number;
  readonly stop: string;
}

/** The stop string that begins first; of several that begin there, the one listed first. */
function firstOf(stops: readonly string[], text: string): Found | undefined {
  const found = stops.map((stop) => ({ place: text.indexOf(stop), stop })).filter(({ place }) => place >= 0);
  return found.reduce<Found | undefined>(
    (first, next) => (first && first.place <= next.place ? first : next),
    undefined,
  );
}

/** Where the text may end in the beginning of a stop string, at the earliest; its length if it does not. */
function firstBeginning(stops: readonly string[], text: string): number {
  return Math.min(text.length, ...stops.map((stop) => beginning(stop, text)));
}

function beginning(stop: string, text: string): number {
  let place = Math.max(0, text.length - stop.length + 1);
  while (!stop.startsWith(text.slice(place))) place++;
  return place;
}
