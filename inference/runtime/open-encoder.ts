import type { EncoderNetwork } from "../models/model.ts";
import { CPU, type Target } from "../onnx/target.ts";
import { createSession, type NamedTensors, type Session, type SessionOptions } from "./session.ts";

/** An encoder ready to run. */
export interface EncoderSession extends Session {
  /** A pass that is run part by part. */
  begin(inputs: NamedTensors): EncoderPass;
}

export interface EncoderPass {
  /** Runs the next part, of which there must be one; the last gives the results. Blocks the calling thread. */
  next(): Promise<NamedTensors | "paused">;
}

/** Opens a network's parts. */
export async function openEncoder(
  { cached, build }: EncoderNetwork,
  { target = CPU, ...options }: Omit<SessionOptions, "values"> & { readonly target?: Target },
  create = createSession,
): Promise<EncoderSession> {
  // What is handed over at once is large.
  const values = cached ? "planned" : "as needed";
  const parts: Session[] = [];
  for (const built of build(target)) parts.push(await create(built, { device: target.device, ...options, values }));
  return parts.length === 1 ? whole(parts[0]!) : together(parts);
}

function whole(session: Session): EncoderSession {
  return { ...session, begin: (inputs) => ({ next: () => session.run(inputs) }) };
}

function together(parts: readonly Session[]): EncoderSession {
  const all = { inputs: parts.flatMap(({ inputs = [] }) => inputs), names: namesOf(parts) };
  return {
    inputs: all.inputs.filter(
      ({ name }, i) => all.inputs.findIndex((input) => input.name === name) === i && all.names.inputs.includes(name),
    ),
    inputNames: all.names.inputs,
    outputNames: all.names.outputs,
    begin: (inputs) => new PassInParts(parts, inputs, all.names.outputs),
    run: async (inputs, fetch = all.names.outputs) => {
      const pass = new PassInParts(parts, inputs as NamedTensors, fetch);
      let results = await pass.next();
      while (results === "paused") results = await pass.next();
      return results;
    },
    release: async () => {
      for (const part of parts) await part.release();
    },
  };
}

/** What the parts take that none of them gives, and give that none of them takes. */
function namesOf(parts: readonly Session[]): {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
} {
  const taken = new Set(parts.flatMap(({ inputNames }) => inputNames));
  const given = new Set(parts.flatMap(({ outputNames }) => outputNames));
  return {
    inputs: [...taken].filter((name) => !given.has(name)),
    outputs: [...given].filter((name) => !taken.has(name)),
  };
}

class PassInParts implements EncoderPass {
  readonly #rest: Session[];
  readonly #fetch: readonly string[];
  #values: NamedTensors;

  constructor(parts: readonly Session[], inputs: NamedTensors, fetch: readonly string[]) {
    this.#rest = partsFor(parts, fetch);
    this.#values = inputs;
    this.#fetch = fetch;
  }

  async next(): Promise<NamedTensors | "paused"> {
    const part = this.#rest.shift()!;
    const wanted = this.#wanted();
    const given = await part.run(
      pick(this.#values, part.inputNames),
      part.outputNames.filter((name) => wanted.has(name)),
    );
    // What nobody wants any more is large.
    this.#values = pick({ ...this.#values, ...given }, wanted);
    return this.#rest.length === 0 ? this.#values : "paused";
  }

  #wanted(): ReadonlySet<string> {
    return new Set([...this.#fetch, ...this.#rest.flatMap(({ inputNames }) => inputNames)]);
  }
}

/** Those that give something that is wanted, by the caller or by another that is run. */
function partsFor(parts: readonly Session[], fetch: readonly string[]): Session[] {
  const wanted = new Set(fetch);
  return parts
    .toReversed()
    .filter(({ inputNames, outputNames }) => {
      if (!outputNames.some((name) => wanted.has(name))) return false;
      for (const name of inputNames) wanted.add(name);
      return true;
    })
    .toReversed();
}

function pick(values: NamedTensors, names: Iterable<string>): NamedTensors {
  return Object.fromEntries([...names].flatMap((name) => (name in values ? [[name, values[name]!]] : [])));
}
