import type { EventLoopDelay } from "../event-loop.ts";
import { median, quantile } from "../statistics.ts";
import type { Anonymous } from "./anonymous.ts";
import { mark, type Mark } from "./mark.ts";
import type { Outcome } from "./paces.ts";
import { rate } from "./rate.ts";
import type { Measured } from "./served.ts";

/** What was seen of an overload. */
export interface Overloaded {
  /** Captions a second in windows before it, and from some seconds after it on. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** On the machine's clock. */
  readonly begunAt: number;
  readonly endedAt: number;
  readonly sent: readonly Outcome[];
  /** Who honour retryAfterMs: as a client of their own, and as part of the crowd. */
  readonly patient: Readonly<Record<"other" | "same", readonly Outcome[]>>;
  readonly eventLoop: EventLoopDelay;
  /** Before it, when nothing was asked, and then while it was counted. */
  readonly idle: Anonymous<"API" | "worker">;
  readonly memory: Anonymous<"API" | "worker">;
}

/** Beside the time of which a request is refused that could not be answered by then. */
const TOLERANCE = 1.2;

export function judgeOverload(
  title: string,
  { timeoutMs }: { readonly timeoutMs: number },
  seen: Overloaded,
): Measured {
  return {
    title: `Ten times what can be done: ${title}`,
    facts: [...traffic(seen), ...memory(seen)],
    marks: [...answers(seen, timeoutMs), ...throughput(seen), ...patience(seen), growth(seen)],
  };
}

function traffic({ before, after, sent, eventLoop }: Overloaded): string[] {
  const codes = [...new Set(sent.map(({ code }) => code))];
  const counts = codes.map((code) => `${sent.filter((one) => one.code === code).length} ${code}`).join(", ");
  const late = quantile(
    sent.map(({ lateMs }) => lateMs),
    0.99,
  );
  return [
    `Captions a second in windows before: ${rates(before)}; after: ${rates(after)}. ${sent.length} requests came: ${counts}; they were sent at most ${late.toFixed(1)} ms late (p99).`,
    `The API's event loop, p99: ${eventLoop.p99Ms.toFixed(1)} ms late.`,
  ];
}

function rates(values: readonly number[]): string {
  return values.map((value) => value.toFixed(1)).join(", ");
}

function memory({ idle, memory: watched }: Overloaded): string[] {
  const megabytes = (name: "API" | "worker"): string => {
    const bytes = watched.of(name);
    return [idle.of(name)[0]!, Math.max(...bytes), bytes.at(-1)!].map((value) => (value / 1e6).toFixed(0)).join(", ");
  };
  return [
    `Anonymous memory before, when nothing was asked, at most and at the end: API ${megabytes("API")} MB, worker ${megabytes("worker")} MB.`,
  ];
}

function answers({ sent }: Overloaded, timeoutMs: number): Mark[] {
  const [refused, admitted] = [sent.filter(isRefusal), sent.filter((outcome) => !isRefusal(outcome))];
  const p99 = (outcomes: readonly Outcome[]): number =>
    outcomes.length === 0
      ? 0
      : quantile(
          outcomes.map(({ ms }) => ms),
          0.99,
        );
  return [
    mark("p99 of what is admitted, to the time-out", p99(admitted) / timeoutMs, {
      value: TOLERANCE,
      unit: "×",
      digits: 2,
    }),
    mark("p99 of refusals", p99(refused), { value: 20, unit: "ms" }),
  ];
}

function isRefusal({ code }: Outcome): boolean {
  return code === "OVERLOADED";
}

function throughput({ before, after, begunAt, endedAt, sent, patient }: Overloaded): Mark[] {
  const capacity = median(before);
  const goodput = rate([...sent, ...patient.other, ...patient.same], begunAt, endedAt);
  // As good as before: no worse than the worst of the windows then.
  const least = Math.min(...before) / capacity;
  const recovered = 100 * Math.min(1, median(after) / capacity / least);
  return [
    mark("goodput meanwhile, of capacity", (100 * goodput) / capacity, { value: 90, unit: "%", kind: "at least" }),
    mark("5 s later, of the least of the windows before", recovered, { value: 100, unit: "%", kind: "at least" }),
  ];
}

function patience({ patient }: Overloaded): Mark[] {
  return (["other", "same"] as const).map((who) => {
    const outcomes = patient[who];
    const answered = outcomes.filter(({ code }) => code === "OK").length;
    const attempts = quantile(
      outcomes.map((outcome) => outcome.attempts),
      0.95,
    );
    const name = who === "other" ? "a client of its own" : "part of the crowd";
    const what = `who honours retryAfterMs succeeds, ${name} (${outcomes.length} requests, p95 of attempts ${attempts})`;
    return mark(what, (100 * answered) / outcomes.length, { value: 95, unit: "%", kind: "at least" });
  });
}

function growth({ memory: watched }: Overloaded): Mark {
  const bytes = watched.growth("API") + watched.growth("worker");
  const what = "memory of API and worker, from its first third to its last";
  return mark(what, Math.max(0, bytes) / 1e6, { value: 50, unit: "MB", digits: 0 });
}
