/** What may block the compute thread: a pass, or a step of something else, such as loading a network. */
export interface Work {
  readonly kind: "pass" | "step";
  /** For people. */
  readonly what: string;
}

/** Work that is under way; equal numbers stand for the same. */
export interface CurrentWork extends Work {
  readonly number: number;
}

const kinds = ["pass", "step"] as const;
const TEXT_BYTES = 256;
/** Places of the header's numbers. */
const [NUMBER, STATE, KIND, LENGTH] = [0, 1, 2, 3];
const HEADER_BYTES = 4 * Int32Array.BYTES_PER_ELEMENT;
const [IDLE, BUSY] = [0, 1];

/**
 * What the compute thread is doing, in memory that the worker's main thread reads also while that one is blocked. A message
 * before each pass would tell as much, for more than some passes take.
 */
export class Activity {
  readonly shared: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #text: Uint8Array;

  /** With the other thread's `shared`, the same activity. */
  constructor(shared = new SharedArrayBuffer(HEADER_BYTES + TEXT_BYTES)) {
    this.shared = shared;
    this.#header = new Int32Array(shared, 0, 4);
    this.#text = new Uint8Array(shared, HEADER_BYTES);
  }

  /** Has others see the work as long as it runs. One at a time. */
  async during<T>({ kind, what }: Work, run: () => T | Promise<T>): Promise<T> {
    const header = this.#header;
    Atomics.store(header, LENGTH, new TextEncoder().encodeInto(what, this.#text).written);
    Atomics.store(header, KIND, kinds.indexOf(kind));
    Atomics.add(header, NUMBER, 1);
    Atomics.store(header, STATE, BUSY);
    try {
      return await run();
    } finally {
      Atomics.store(header, STATE, IDLE);
    }
  }

  /** What is under way. Its text may be of the next work where that begins just now. */
  get current(): CurrentWork | undefined {
    const [number, state, kind, length] = [NUMBER, STATE, KIND, LENGTH].map((place) =>
      Atomics.load(this.#header, place),
    );
    if (state === IDLE) return undefined;
    // TextDecoder takes no shared memory.
    const what = new TextDecoder().decode(this.#text.slice(0, length));
    return { number: number!, kind: kinds[kind!]!, what };
  }
}
