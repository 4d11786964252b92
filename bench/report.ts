import { inWorkerMs, TOKENS, type CaptionSample } from "./caption.ts";
import type { Level } from "./level.ts";
import type { ChatMeasurement } from "./measure-chat.ts";
import type { Measurement } from "./measure.ts";
import { passCosts } from "./profile.ts";
import { reportChat } from "./report-chat.ts";
import { ratio, titled } from "./report-parts.ts";
import { mean, median, quantile } from "./statistics.ts";

/** The figures of a run on a machine, as Markdown. */
export function report(
  machine: string,
  measurements: readonly Measurement[],
  chats: readonly ChatMeasurement[],
): string {
  const intro = [
    "# What a run of the benchmark measured",
    `On ${machine}. Pictures are uploaded, 640×480 JPEG; every caption has ${TOKENS} tokens, greedy.`,
    "Clients each have one request in flight. Ratios are within this run, so they carry over better than milliseconds.",
  ];
  return `${[intro.join("\n\n"), ...measurements.map(section), ...chats.map(reportChat)].join("\n\n")}\n`;
}

function section(measurement: Measurement): string {
  const { title, model } = measurement;
  const size = `${(model.parameters / 1e6).toFixed(1)} M parameters`;
  const facts = `${size}, ${model.dtype}, on ${model.device}; digest ${model.digest.slice(0, 12)}.`;
  const parts = [throughput, batches, repeated, spent, passes, graphqlCost];
  return [`## ${title}`, facts, ...parts.map((part) => part(measurement))].join("\n\n");
}

function throughput({ fresh }: Measurement): string {
  const rows = fresh.map((level) => {
    const latencies = level.samples.map(({ latencyMs }) => latencyMs);
    return [
      String(level.clients),
      String(level.samples.length),
      level.captionsPerSecond.toFixed(2),
      ratio(level.captionsPerSecond, fresh[0]!.captionsPerSecond),
      quantile(latencies, 0.5),
      quantile(latencies, 0.99),
      level.eventLoop.p99Ms,
      level.eventLoop.maxMs,
    ];
  });
  const header = "at once|captions|captions/s|to one at a time|p50 ms|p99 ms|API event loop p99 ms|max ms";
  return titled("New pictures", header, rows);
}

function batches({ fresh }: Measurement): string {
  const rows = Object.keys(fresh[0]!.passes).map((name) => [
    name,
    ...fresh.map(({ passes }) => {
      const { passes: count, items } = passes[name]!;
      return count === 0 ? "–" : (items / count).toFixed(2);
    }),
  ]);
  return titled("Mean batch of each network", `network|${fresh.map(({ clients }) => clients).join("|")}`, rows);
}

function repeated({ fresh, again }: Measurement): string {
  const rows = again.map((level, i) => {
    const [known, unknown] = [level, fresh[i]!].map(({ samples }) => median(samples.map(({ latencyMs }) => latencyMs)));
    return [String(level.clients), level.captionsPerSecond.toFixed(2), known!, unknown!, ratio(known!, unknown!)];
  });
  return titled("The same pictures again", "at once|captions/s|p50 ms|p50 ms when new|again to new", rows);
}

function spent({ fresh }: Measurement): string {
  const rows = fresh.map(({ clients, samples }) => {
    const part = (of: (sample: CaptionSample) => number) => mean(samples.map(of));
    return [
      String(clients),
      part(({ timing }) => timing.queueMs),
      part(({ timing }) => timing.preprocessMs),
      part(({ timing }) => timing.encodeMs),
      part(({ timing }) => timing.decodeMs),
      part(outsideMs),
    ];
  });
  const header = "at once|waiting ms|decode and resize ms|encoders ms|decoder ms|outside the worker ms";
  return titled("Where a new picture's caption spends its time, mean", header, rows);
}

function passes({ fresh, again }: Measurement): string {
  const samples = (levels: readonly Level[]) => levels.flatMap((level) => level.samples);
  const costs = passCosts({ fresh: samples(fresh), again: samples(again) });
  const rows = costs.map(({ network, batch, passMs, itemMs }) => [network, batch, passMs, itemMs]);
  return titled("A pass by its batch, median", "network|batch|ms a pass|ms an item", rows);
}

function graphqlCost({ plainMs, fresh }: Measurement): string {
  const alone = fresh[0]!.samples;
  const outside = median(alone.map(outsideMs));
  const share = outside / median(alone.map(({ latencyMs }) => latencyMs));
  const rows = [
    ["{ models { id } }, p50", quantile(plainMs, 0.5), "–"],
    ["{ models { id } }, p99", quantile(plainMs, 0.99), "–"],
    ["a caption's time outside the worker, p50", outside, `${(100 * share).toFixed(1)} %`],
  ];
  return titled("GraphQL's own cost, one request at a time", "request|ms|of the whole", rows, 2);
}

/** HTTP, the upload, GraphQL, and the way to the worker and back. */
function outsideMs(sample: CaptionSample): number {
  return sample.latencyMs - inWorkerMs(sample);
}
