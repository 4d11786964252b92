import assert from "node:assert/strict";
import type { Batch, DecoderBatch } from "../../../inference/scheduling/batch.ts";
import {
  type CallOutputs,
  callsOf,
  type DecodeSpec,
  type EncoderCall,
  isCallOutput,
  type Program,
} from "../../../inference/scheduling/program.ts";
import { generationKey } from "../../../inference/scheduling/generation-key.ts";
import type { Finished } from "../../../inference/scheduling/request.ts";
import { membersOf } from "../../../inference/scheduling/requests.ts";
import type { Sequence } from "../../../inference/scheduling/sequence.ts";
import { outputsOf } from "./fake-programs.ts";
import { BROKEN, type Watch } from "./simulation.ts";
import type { Arrival } from "./workload.ts";

/** Every request ends once, with its own results, or leaves. */
export class Endings implements Watch {
  readonly #open = new Map<string, Arrival>();

  added(id: string, arrival: Arrival): void {
    this.#open.set(id, arrival);
  }

  left(id: string): void {
    this.#open.delete(id);
  }

  finished(finished: Finished): void {
    const arrival = this.#open.get(finished.id);
    assert(arrival !== undefined, `${finished.id} ended before`);
    this.#open.delete(finished.id);
    if ("outcome" in finished) assertOwnResults(finished, arrival);
  }

  assertNoneOpen(): void {
    assert.deepEqual([...this.#open.keys()], []);
  }
}

function assertOwnResults({ outcome }: Extract<Finished, { outcome: unknown }>, { program, leaves }: Arrival): void {
  assert.deepEqual(outcome.outputs, program.calls.map(outputsOf));
  assert.equal(outcome.generation === undefined, program.decode === undefined);
  if (program.decode === undefined) return;
  const { tokenIds } = outcome.generation!;
  assert(tokenIds.every((token) => token === program.decode!.promptTokenIds.at(-1)));
  if (leaves?.how !== "end") assert.equal(tokenIds.length, maxTokens(program.decode));
}

function maxTokens({ strategy }: DecodeSpec): number {
  return strategy.kind === "rank" ? 0 : strategy.maxTokens;
}

/** A broken pass fails those who wait for it, and no other. */
export class Failures implements Watch {
  readonly #arrivals = new Map<string, Arrival>();
  #broken: string[] = [];

  added(id: string, arrival: Arrival): void {
    this.#arrivals.set(id, arrival);
  }

  finished(finished: Finished): void {
    if ("error" in finished && finished.error.message === BROKEN) this.#broken.push(finished.id);
  }

  passed(batch: Batch, how: "done" | "broken" | "paused"): void {
    if (how !== "broken") assert.deepEqual(this.#broken, []);
    for (const id of this.#broken) assert(isPartOf(batch, id, this.#arrivals.get(id)!));
    this.#broken = [];
  }
}

/** As it is asked for, by whomever else. */
function isPartOf(batch: Batch, id: string, { program }: Arrival): boolean {
  const key = keyOf(program) ?? id;
  if (batch.kind === "decoder") return membersOf(batch).some(({ sequence }) => sequence.key === key);
  const names = new Set([...callsOf(program)].map(nameOf));
  return batch.items.some(({ call }) => names.has(nameOf(call)));
}

/** A call runs when what it reads is there, and not again while anyone who waited for it still wants it. */
export class CallsOnce implements Watch {
  /** By call: requests that it was computed for and that still hold it. */
  readonly #computed = new Map<string, Set<string>>();
  readonly #open = new Map<string, Arrival>();
  /** Of requests, those whose sequence has read what it reads, or may have: another asked for it as well. */
  readonly #begun = new Set<string>();

  added(id: string, arrival: Arrival): void {
    const key = keyOf(arrival.program);
    const equal = [...this.#open].filter(([, { program }]) => key !== undefined && keyOf(program) === key);
    this.#open.set(id, arrival);
    if (equal.length > 0) for (const shared of [id, ...equal.map(([other]) => other)]) this.#dropMemory(shared);
  }

  pass(batch: Batch): void {
    if (batch.kind === "decoder") return;
    const names = batch.items.map(({ call }) => nameOf(call));
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.deepEqual([...(this.#computed.get(name) ?? [])], []);
    for (const { call, resolved } of batch.items) assert.deepEqual(resolved, readsOf(call));
  }

  passed(batch: Batch, how: "done" | "broken" | "paused"): void {
    if (how !== "done") return;
    if (batch.kind === "decoder") {
      for (const id of sequencesIn(batch).flatMap(({ askers }) => [...askers.keys()])) this.#dropMemory(id);
      return;
    }
    for (const { call } of batch.items) this.#computed.set(nameOf(call), new Set(this.#wanting(call)));
  }

  finished({ id }: Finished): void {
    this.left(id);
  }

  left(id: string): void {
    this.#open.delete(id);
    for (const holders of this.#computed.values()) holders.delete(id);
  }

  #wanting(call: EncoderCall): string[] {
    const name = nameOf(call);
    const wants = ([id, { program }]: [string, Arrival]): boolean =>
      [...callsOf(this.#begun.has(id) ? ownCalls(program) : program)].some((c) => nameOf(c) === name);
    return [...this.#open].filter(wants).map(([id]) => id);
  }

  /** Once its sequence runs, a request holds only what its own calls read. */
  #dropMemory(id: string): void {
    const program = this.#open.get(id)?.program;
    if (program === undefined) return;
    this.#begun.add(id);
    const kept = new Set([...callsOf(ownCalls(program))].map(nameOf));
    for (const [name, holders] of this.#computed) if (!kept.has(name)) holders.delete(id);
  }
}

/** Requests that ask for the same at the same time share one sequence. */
export class SequencesOnce implements Watch {
  /** Requests that joined another's. */
  numJoined = 0;
  readonly #open = new Map<string, Arrival>();

  added(id: string, arrival: Arrival): void {
    this.#open.set(id, arrival);
  }

  pass(batch: Batch): void {
    if (batch.kind === "encoder") return;
    const sequences = sequencesIn(batch);
    assert.equal(new Set(sequences.map(({ key }) => key)).size, sequences.length);
    for (const sequence of sequences) this.#assertOwn(sequence);
  }

  finished({ id }: Finished): void {
    this.left(id);
  }

  left(id: string): void {
    this.#open.delete(id);
  }

  /** It is for all that ask for it, and for nobody else. */
  #assertOwn({ key, askers }: Sequence): void {
    const asking = [...this.#open].filter(([id, { program }]) => (keyOf(program) ?? id) === key).map(([id]) => id);
    assert.deepEqual([...askers.keys()].sort(), asking.sort());
    this.numJoined = Math.max(this.numJoined, asking.length - 1);
  }
}

/** Each once: that of a chunk may sit out among those of the step beside it, but is never computed there too. */
function sequencesIn(batch: DecoderBatch): Sequence[] {
  const members = membersOf(batch).map(({ sequence }) => sequence);
  assert.equal(new Set(members).size, members.length);
  return [...new Set([...batch.entries.map(({ sequence }) => sequence), ...members])];
}

/** What its sequence goes by; undefined where it may share none. */
function keyOf({ model, calls, decode }: Program): string | undefined {
  return decode === undefined || calls.length > 0 ? undefined : generationKey(model, decode);
}

/** The program without what its sequence reads. */
function ownCalls({ model, calls }: Program): Program {
  return { model, calls };
}

function readsOf(call: EncoderCall): Record<string, CallOutputs> {
  const reads = Object.entries(call.inputs).flatMap(([name, input]) =>
    isCallOutput(input) ? [[name, outputsOf(input.call)] as const] : [],
  );
  return Object.fromEntries(reads);
}

function nameOf({ network, key }: EncoderCall): string {
  return `${network} ${key}`;
}
