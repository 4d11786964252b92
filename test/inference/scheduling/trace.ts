import type { Batch, EncoderBatch } from "../../../inference/scheduling/batch.ts";
import { priorities } from "../../../inference/scheduling/claim.ts";
import { FeatureCache } from "../../../inference/scheduling/feature-cache.ts";
import type { Program } from "../../../inference/scheduling/program.ts";
import { Scheduler } from "../../../inference/scheduling/scheduler.ts";
import { InferenceError } from "../../../inference/errors.ts";
import { caption, look, outputsOf, pair, ScriptedDecoding, vision } from "./fake-programs.ts";
import { Parts } from "./parts.ts";

/**
 * Plays arrivals to a scheduler of the models m and n, and writes down its passes. Each takes 1 ms of a fake clock.
 *
 * An arrival is `<ms> <what>`, in order of time:
 *
 *     0 chat: m x, prompt 600, say 5, beams 3, by 40      sees picture x, then says tokens; `beams` and `by` (deadline) may lack
 *     0 l: m looks x, prompt 8, watched                   has picture x as three rows of its prompt; `watched`: its tokens are
 *     0 b: as chat, watched, by 40                        asks for the same as another
 *     0 d: as chat, salted acme                           asks with a salt; `salted` may lack
 *     0 e: m embed x                                      wants the picture's encoding
 *     0 f: m embed y, of eve, bulk                        is a client's, of a priority; either may lack
 *     0 p: m pair x t                                     wants the judgement of picture x and text t
 *     3 cancel chat · 3 end chat · 3 break                break: the next pass fails
 *
 * A trace has a line for each pass, or part of one, `vision x y` or `decoder chat:512 cap:1`, where numbers are new rows, and one for each
 * end, `chat ok`, and one for each that begins with kept rows, `chat reuses 5 of 9`. Passes of model n are told by `n/`. Equal passes in a row are counted, `decoder chat:1 ×4`.
 */
export function trace(arrivals: readonly string[], limits: Partial<TraceLimits> = {}): string[] {
  const playing = new Playing({ ...DEFAULTS, ...limits });
  let now = 0;
  for (const arrival of arrivals) {
    const [, at, what] = /^(\d+) (.*)$/.exec(arrival)!;
    while (now < Number(at)) {
      playing.pass(now);
      now += 1;
    }
    playing.arrive(what!);
  }
  while (playing.pass(now) !== "idle") now += 1;
  return counted([...playing.lines, ...playing.leftovers()]);
}

export interface TraceLimits {
  readonly maxBatch: number;
  readonly maxSequences: number;
  readonly maxCachedRows: number;
  readonly maxKeptRows: number;
  readonly maxRowsPerPass: number;
  readonly cacheBytes: number;
  /** Milliseconds that a part of a vision tower's pass takes; all others take one. */
  readonly visionMs: number;
  /** In which it may rest. */
  readonly visionParts: number;
}

const DEFAULTS: TraceLimits = {
  maxBatch: 4,
  maxSequences: 4,
  maxCachedRows: 10_000,
  maxKeptRows: 0,
  maxRowsPerPass: 512,
  cacheBytes: 1000,
  visionMs: 1,
  visionParts: 1,
};

class Playing {
  readonly lines: string[] = [];
  readonly #scheduler: Scheduler;
  readonly #visionMs: number;
  readonly #parts: Parts;
  readonly #programs = new Map<string, Program>();
  #breaks = false;
  #tag = 0;

  constructor({ maxBatch, cacheBytes, visionMs, visionParts, ...decoder }: TraceLimits) {
    this.#visionMs = visionMs;
    this.#parts = new Parts(visionParts);
    const networks = ["m", "n"].flatMap((model) =>
      ["vision", "text", "memory", "pair", "rows"].map((name) => `${model}/${name}`),
    );
    this.#scheduler = new Scheduler({
      encoders: new Map(
        networks.map((network) => [
          network,
          { cached: network.endsWith("vision"), encodesImages: network.endsWith("vision"), maxBatch },
        ]),
      ),
      decoders: new Map([
        ["m", decoder],
        ["n", decoder],
      ]),
      cache: new FeatureCache(cacheBytes),
      startDecoding: (spec) => new ScriptedDecoding(spec),
    });
  }

  arrive(what: string): void {
    const [verb, id] = what.split(" ") as [string, string];
    if (verb === "cancel") this.#scheduler.cancel(id);
    else if (verb === "end") this.#scheduler.end(id);
    else if (verb === "break") this.#breaks = true;
    else this.#add(verb.slice(0, -1), what.slice(verb.length + 1));
    this.#noteFinished();
  }

  pass(now: number): "busy" | "idle" {
    const batch = this.#scheduler.next(now);
    this.#noteFinished();
    if (batch === undefined) return "idle";
    this.#noteReuse();
    this.lines.push(lineOf(batch));
    this.#handBack(batch);
    this.#noteFinished();
    return "busy";
  }

  /** What an idle scheduler still holds: nothing. */
  leftovers(): string[] {
    const { requests, calls, slots } = this.#scheduler.held;
    return requests + calls + slots === 0 ? [] : [`holds ${requests} requests, ${calls} calls, ${slots} slots`];
  }

  #add(id: string, text: string): void {
    this.#tag += 1;
    const deadline = Number(/by (\d+)/.exec(text)?.[1] ?? Infinity);
    const streams = text.includes("watched");
    const client = /of (\w+)/.exec(text)?.[1];
    const priority = priorities.find((name) => text.includes(name));
    const as = /^as (\w+)/.exec(text)?.[1];
    const program = as === undefined ? programOf(text, this.#tag) : this.#programs.get(as)!;
    this.#programs.set(id, program);
    const salt = /salted (\w+)/.exec(text)?.[1];
    this.#scheduler.add(id, program, { deadline, streams, client, priority, salt });
  }

  #handBack(batch: Batch): void {
    if (this.#breaks) this.#scheduler.failed(batch, new InferenceError("INTERNAL_SERVER_ERROR", "broken"));
    else if (batch.kind === "encoder") this.#encoded(batch);
    else this.#scheduler.decoded(batch, 1);
    this.#breaks = false;
  }

  #encoded(batch: EncoderBatch): void {
    const ms = batch.network.endsWith("vision") ? this.#visionMs : 1;
    if (this.#parts.next(batch) === "paused") return this.#scheduler.paused(batch, ms);
    const outputs = batch.items.map(({ call }) => outputsOf(call));
    this.#scheduler.encoded(batch, outputs, ms);
  }

  #noteReuse(): void {
    for (const { id, promptRows, reusedRows } of this.#scheduler.takeStarted()) {
      if (reusedRows > 0) this.lines.push(`${id} reuses ${reusedRows} of ${promptRows}`);
    }
  }

  #noteFinished(): void {
    for (const finished of this.#scheduler.takeFinished()) {
      this.lines.push(`${finished.id} ${"error" in finished ? finished.error.code : "ok"}`);
    }
  }
}

function programOf(text: string, tag: number): Program {
  const [model, ...words] = text.split(",")[0]!.split(" ") as [string, ...string[]];
  const number = (name: string): number => Number(new RegExp(`${name} (\\d+)`).exec(text)?.[1] ?? 1);
  const decode = { tag, prompt: number("prompt"), say: number("say"), beams: number("beams") };
  if (words[0] === "looks") return look(model, words[1]!, decode);
  if (words[0] === "embed") return { model, calls: [vision(model, words[1]!)] };
  if (words[0] === "pair") return { model, calls: [pair(model, words[1]!, words[2]!)] };
  return caption(model, words[0]!, decode);
}

function lineOf(batch: Batch): string {
  if (batch.kind === "encoder") {
    return `${batch.network.replace(/^m\//, "")} ${batch.items.map(({ call }) => call.key).join(" ")}`;
  }
  const entries = batch.entries.map(({ sequence, numRows }) => `${sequence.id}:${numRows}`);
  return [batch.model === "m" ? "decoder" : `${batch.model}/decoder`, ...entries].join(" ");
}

function counted(lines: readonly string[]): string[] {
  const runs: { line: string; times: number }[] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last?.line === line) last.times += 1;
    else runs.push({ line, times: 1 });
  }
  return runs.map(({ line, times }) => (times === 1 ? line : `${line} ×${times}`));
}
