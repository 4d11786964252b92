import { Counter, Gauge, type Registry } from "prom-client";
import type { DeviceView, ModelLoadView, PassView, SchedulerView } from "../inference/index.ts";
import { ReportedHistogram, type ReportedSample } from "./reported-histogram.ts";

/**
 * What the worker tells of its scheduler. Its counters begin at zero with each worker, as Prometheus' rate() expects of a
 * process that was started again; while there is none to tell, they are not there.
 */
export function registerWorkerMetrics(registry: Registry, view: () => SchedulerView): void {
  for (const family of families) registerFamily(registry, family, view);
  const passes = (pick: (pass: PassView) => Omit<ReportedSample, "labels">) => (): readonly ReportedSample[] =>
    view().devices.flatMap((device) => device.models.flatMap((load) => passesOf(load, pick)));
  const common = { labelNames: ["model", "network", "pass"], registers: [registry] };
  new ReportedHistogram({
    ...common,
    name: "triptych_batch_size",
    help: "Items of an encoder pass, or sequences of a decoder pass.",
    samples: passes(({ sizes }) => ({ counted: sizes, unit: 1 })),
  });
  new ReportedHistogram({
    ...common,
    name: "triptych_pass_seconds",
    help: "How long a pass of a network takes.",
    samples: passes(({ ms }) => ({ counted: ms, unit: 0.001 })),
  });
}

function passesOf(
  { model, passes }: ModelLoadView,
  pick: (pass: PassView) => Omit<ReportedSample, "labels">,
): readonly ReportedSample[] {
  return passes.map((pass) => ({ labels: { model, network: pass.network, pass: pass.kind }, ...pick(pass) }));
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Numbers of one name: what is there now, or what came so far. */
interface Family {
  readonly kind: "gauge" | "counter";
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly samples: (device: DeviceView) => readonly Sample[];
}

function ofModels(value: (load: ModelLoadView) => number): Pick<Family, "labels" | "samples"> {
  return {
    labels: ["model"],
    samples: ({ models }) => models.map((load) => ({ labels: { model: load.model }, value: value(load) })),
  };
}

function ofCaches(value: (cache: DeviceView["caches"][number]) => number): Pick<Family, "labels" | "samples"> {
  return {
    labels: ["cache"],
    samples: ({ caches }) => caches.map((cache) => ({ labels: { cache: cache.name }, value: value(cache) })),
  };
}

const families: readonly Family[] = [
  {
    kind: "gauge",
    name: "triptych_running_sequences",
    help: "Sequences that have a place in a decoder.",
    ...ofModels(({ running }) => running),
  },
  {
    kind: "gauge",
    name: "triptych_waiting_requests",
    help: "Requests with the scheduler that have no place in a decoder, or need none.",
    ...ofModels(({ queued }) => queued),
  },
  {
    kind: "counter",
    name: "triptych_encoded_images_total",
    help: "Pictures that were encoded.",
    ...ofModels(({ encodedImages }) => encodedImages),
  },
  {
    kind: "counter",
    name: "triptych_decoded_tokens_total",
    help: "Tokens that were generated, or steps of beams.",
    ...ofModels(({ decodedTokens }) => decodedTokens),
  },
  {
    kind: "counter",
    name: "triptych_generations_total",
    help: "Sequences that were begun.",
    ...ofModels(({ generations }) => generations),
  },
  {
    kind: "counter",
    name: "triptych_shared_generations_total",
    help: "Requests that were given the sequence of another, which asked for the same at the same time.",
    ...ofModels(({ sharedGenerations }) => sharedGenerations),
  },
  {
    kind: "counter",
    name: "triptych_prompt_rows_total",
    help: "Rows of keys and values with which sequences began.",
    ...ofModels(({ promptRows }) => promptRows),
  },
  {
    kind: "counter",
    name: "triptych_reused_rows_total",
    help: "Of these, rows that were kept of another sequence that began alike.",
    ...ofModels(({ reusedRows }) => reusedRows),
  },
  {
    kind: "gauge",
    name: "triptych_kept_rows",
    help: "Rows of keys and values that are kept for sequences to come.",
    ...ofModels(({ keptRows }) => keptRows),
  },
  {
    kind: "counter",
    name: "triptych_cache_hits_total",
    help: "How often a cache had what was asked for.",
    ...ofCaches(({ hits }) => hits),
  },
  {
    kind: "counter",
    name: "triptych_cache_misses_total",
    help: "How often it had not: it was made then.",
    ...ofCaches(({ misses }) => misses),
  },
  {
    kind: "counter",
    name: "triptych_cache_shared_total",
    help: "How often what was asked for was being made for another, and was waited for.",
    ...ofCaches(({ shared }) => shared),
  },
  {
    kind: "gauge",
    name: "triptych_cache_bytes",
    help: "What a cache holds.",
    ...ofCaches(({ bytes }) => bytes),
  },
  {
    kind: "counter",
    name: "triptych_worker_restarts_total",
    help: "Workers that were started after another: it had died, or was replaced to give memory back.",
    labels: ["cause"],
    samples: ({ restarts }) => [
      { labels: { cause: "death" }, value: restarts.deaths },
      { labels: { cause: "replacement" }, value: restarts.replacements },
    ],
  },
];

function registerFamily(registry: Registry, family: Family, view: () => SchedulerView): void {
  const { kind, name, help, labels } = family;
  const samples = (): readonly Sample[] => view().devices.flatMap((device) => family.samples(device));
  const common = { name, help, labelNames: [...labels], registers: [registry] };
  if (kind === "gauge") {
    const gauge: Gauge = new Gauge({
      ...common,
      collect: () => {
        gauge.reset();
        for (const sample of samples()) gauge.set(sample.labels, sample.value);
      },
    });
    return;
  }
  const counter: Counter = new Counter({
    ...common,
    collect: () => {
      counter.reset();
      for (const sample of samples()) counter.inc(sample.labels, sample.value);
    },
  });
}
