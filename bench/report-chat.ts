import type { ChatLevel } from "./chat-levels.ts";
import type { ChatMeasurement } from "./measure-chat.ts";
import { ratio, titled } from "./report-parts.ts";

/** The figures of a chat model, as a section of the report. */
export function reportChat(measurement: ChatMeasurement): string {
  const { title, parameters } = measurement;
  const facts = `${(parameters / 1e6).toFixed(1)} M parameters, float32. Half of the streams over WebSocket, half over SSE; their pictures and questions had been read before, so that these are figures of decoding.`;
  return [`## ${title}`, facts, streams(measurement), flood(measurement), turns(measurement)].join("\n\n");
}

function streams({ levels }: ChatMeasurement): string {
  const rows = levels.map((level) => [
    String(level.streams),
    level.tokensPerSecond,
    ratio(level.tokensPerSecond, levels[0]!.tokensPerSecond),
    ...gaps(level),
  ]);
  return titled("Answers streamed at once", "streams|tokens/s|to one|between tokens, mean ms|p50 ms|p99 ms", rows);
}

function flood({ flood: { alone, flooded, pictures } }: ChatMeasurement): string {
  const rows = [
    ["alone", ...gaps(alone), "–"],
    [`while ${pictures} new pictures were encoded`, ...gaps(flooded), ratio(flooded.gaps.meanMs, alone.gaps.meanMs)],
  ];
  const header = `${alone.streams} streams|between tokens, mean ms|p50 ms|p99 ms|mean to alone`;
  return titled("Streams beside a flood of pictures", header, rows);
}

function turns({ turns: { firstMs, secondMs, laterMs, reused } }: ChatMeasurement): string {
  const rows = [
    ["a new picture", firstMs, "1.00 ×", "–"],
    ["another question on it", secondMs, ratio(firstMs, secondMs), "–"],
    ["a later turn", laterMs, ratio(firstMs, laterMs), `${(100 * reused).toFixed(1)} %`],
  ];
  return titled("Until the first token", "question|ms|sooner|of the earlier turn reused", rows);
}

function gaps({ gaps: { meanMs, p50Ms, p99Ms } }: ChatLevel): number[] {
  return [meanMs, p50Ms, p99Ms];
}
