import { InferenceError } from "../errors.ts";
import type { CacheUpdate, DecoderBatch, DecoderEntry, DecoderPass } from "./batch.ts";
import type { Claim, Order } from "./claim.ts";
import { type CacheCapacity, fitCapacity, NO_CAPACITY } from "./cache-capacity.ts";
import { ChunkSize } from "./chunk-size.ts";
import type { DecoderLimits } from "./decoder-limits.ts";
import { chunkBeside, chunkOf, isLong, numRowsOf, type Part, stepOf } from "./decoder-pass.ts";
import { PassStats } from "./load.ts";
import { membersOf } from "./requests.ts";
import { reservation, type RowCounts, RunningSequences } from "./running-sequences.ts";
import { claimsOf, type Decoding, isWatched, type Sequence } from "./sequence.ts";
import { leastOf, type Standings } from "./standings.ts";
import { StepLength } from "./step-length.ts";
import { isCrowds, WaitingSequences } from "./waiting-sequences.ts";

/** One model's decoder: sequences wait for a slot, then passes take them on. */
export class DecoderLane {
  readonly kind = "decoder";
  readonly model: string;
  readonly stats = new PassStats();
  /** The same, for each kind of pass. */
  readonly byPass: Readonly<Record<DecoderPass, PassStats>> = {
    step: new PassStats(),
    chunk: new PassStats(),
    mixed: new PassStats(),
  };
  /** Turn in which it was served last. */
  served = 0;
  decodedTokens = 0;
  readonly #limits: DecoderLimits;
  readonly #chunks: ChunkSize;
  readonly #steps = new StepLength();
  readonly #waiting = new WaitingSequences();
  readonly #running: RunningSequences;
  #capacity: CacheCapacity = NO_CAPACITY;
  /** Whether the cache may hold slots. */
  #isInUse = false;
  #lastPass: DecoderPass = "chunk";

  constructor(model: string, limits: DecoderLimits) {
    this.model = model;
    this.#limits = limits;
    this.#chunks = new ChunkSize(limits.maxRowsPerPass);
    const { maxSequences: maxSlots, maxCachedRows: maxRows, maxKeptRows } = limits;
    this.#running = new RunningSequences({ maxSlots, maxRows, maxKeptRows });
  }

  get numRunning(): number {
    return this.#running.slots.used;
  }

  get numKeptRows(): number {
    return this.#running.prefixes.rows;
  }

  get rowCounts(): RowCounts {
    return this.#running.rowCounts;
  }

  get hasWork(): boolean {
    return this.numRunning + this.#waiting.size > 0;
  }

  /** Whether a client's share of the slots could be filled anew with what it has waiting, as long as nothing changes. */
  whoHasEnoughWaiting(): (client: string) => boolean {
    const waiting = this.#waiting.byClient();
    return (client) => {
      const numClients = waiting.size + (waiting.has(client) ? 0 : 1);
      return (waiting.get(client) ?? 0) >= Math.ceil(this.#limits.maxSequences / numClients);
    };
  }

  /** Whether there is something for such a pass; who waits is to be let in before. */
  has(pass: DecoderPass): boolean {
    return this.claims(pass).length > 0;
  }

  /** Of those for whom such a pass would compute something. */
  claims(pass: DecoderPass): readonly Claim[] {
    return this.#running.bySlot.filter((sequence) => isLong(sequence) === (pass === "chunk")).flatMap(claimsOf);
  }

  /** No pass takes less, as far as is known; milliseconds. */
  get leastMs(): number {
    return this.#chunks.quickest;
  }

  /** Whether somebody watches for the next token of a step. */
  get isWatched(): boolean {
    return this.#running.bySlot.some((sequence) => isWatched(sequence) && !isLong(sequence));
  }

  /** The kind of pass whose turn it is: they alternate while there is something for both. */
  get nextPass(): DecoderPass {
    const other = this.#lastPass === "step" ? "chunk" : "step";
    return this.has(other) ? other : this.#lastPass;
  }

  /** Throws if the decoding could never run, whatever its memory. */
  assertPossible({ rows, maxRows }: Decoding): void {
    if (rows.length === 0) throw new InferenceError("BAD_USER_INPUT", "There are no tokens to go on from.");
    this.#running.slots.assertPossible({ rows: maxRows, memoryRows: 0 });
  }

  /** Finds rows that a sequence need not compute; they stay until it begins or is removed. */
  findPrefix(sequence: Sequence): void {
    this.#running.findPrefix(sequence);
  }

  add(sequence: Sequence): void {
    this.#running.slots.assertPossible(reservation(sequence));
    this.#waiting.add(sequence);
    sequence.isUnderWay = true;
  }

  /** Lets in who waits, as far as there is room: who is first waits for it, and the others behind. */
  admit(standings: Standings): void {
    for (;;) {
      const next = this.#waiting.next(standings, { hasRoomForCrowd: this.#hasRoomForCrowd(standings) });
      if (next === undefined || this.#running.begin(next) === "no room") return;
      this.#waiting.delete(next);
    }
  }

  /** The next pass of a kind that there is something for; of long prompts, `order` says whose is computed. */
  next(
    pass: DecoderPass,
    { company, order }: { readonly company: "alone" | "beside others"; readonly order: Order },
  ): DecoderBatch {
    const part = pass === "step" ? this.#step() : this.#chunk(company, order);
    this.#lastPass = pass;
    this.#isInUse = true;
    this.#capacity = this.#fit(membersOf(part));
    return { kind: "decoder", ...part, ...this.#update() };
  }

  /** What the cache is to do when nobody runs any more, if that has not been told. */
  settle(): CacheUpdate | undefined {
    if (!this.#isInUse || this.numRunning > 0) return undefined;
    this.#isInUse = false;
    return this.#update();
  }

  observe(batch: DecoderBatch, ms: number): void {
    const { pass, entries, chunk } = batch;
    const numSequences = membersOf(batch).length;
    this.stats.observe(numSequences, ms);
    this.byPass[pass].observe(numSequences, ms);
    this.#chunks.observe({ pass, rows: numRowsOf(batch), chunk }, ms);
    if (pass === "step") this.#steps.observe(entries.length, ms);
  }

  /** Takes a sequence out, wherever it is, and gives back what it holds. */
  remove(sequence: Sequence): void {
    this.#waiting.delete(sequence);
    this.#running.remove(sequence);
    if (this.numRunning === 0) this.#capacity = NO_CAPACITY;
  }

  /** Forgets what is kept for nobody yet, and names it for the cache; from the next pass on there are no spare slots. */
  shed(): readonly number[] {
    this.#capacity = NO_CAPACITY;
    return this.#running.shed();
  }

  /** The cache has lost all that it held. To be told once nobody runs or has found a prefix. */
  forget(): void {
    this.#running.forget();
    this.#isInUse = false;
  }

  /** A crowd comes in only as far as the others' steps stay short. */
  #hasRoomForCrowd(standings: Standings): boolean {
    return this.#running.bySlot.filter((sequence) => isCrowds(sequence, standings)).length < this.#steps.company;
  }

  #step(): Part {
    return { pass: "step", ...stepOf(this.#running.bySlot, this.#limits.maxRowsPerPass) };
  }

  #chunk(company: "alone" | "beside others", order: Order): Part {
    const first = (sequence: Sequence): Claim => leastOf(claimsOf(sequence), order);
    const [lead] = [...this.#running.byAge].filter(isLong).sort((a, b) => order(first(a), first(b)));
    const hasStep = this.has("step");
    const beside = hasStep && this.#limits.mixes === true ? this.#chunks.besideStep(company) : undefined;
    if (beside !== undefined) return { ...this.#step(), ...chunkBeside(lead!, beside) };
    const maxRows = company === "alone" && !hasStep ? this.#chunks.alone : this.#chunks.besideOthers;
    return { pass: "chunk", ...chunkOf(this.#running.bySlot, lead!, maxRows) };
  }

  /**
   * For all that run, whether they are in the pass or not. What is kept takes memory anew: then there are no more slots
   * than are used, so that the cache gives memory back once that is a small part of what it has.
   */
  #fit(entries: readonly DecoderEntry[]): CacheCapacity {
    const computed = this.#running.bySlot.map(({ numComputedRows }) => numComputedRows);
    const rows = Math.max(...computed, ...entries.map(({ sequence, numRows }) => sequence.numComputedRows + numRows));
    const { slots } = this.#running;
    const current = this.#running.isKeeping ? NO_CAPACITY : this.#capacity;
    return fitCapacity(current, { slots: slots.used, rows }, { reserved: slots.longest, bound: slots });
  }

  #update(): CacheUpdate {
    return { model: this.model, capacity: this.#capacity, ...this.#running.takeUpdate() };
  }
}
