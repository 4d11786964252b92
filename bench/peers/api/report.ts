import { ratio, titled } from "../../report-parts.ts";
import type { Cell } from "../../table.ts";
import type { ApiComparison, CaptionComparison, EventComparison } from "./compare.ts";
import { chatTokens } from "./constants.ts";

/** What the graph costs beside a plain one, as a section of the report; what a server computes is the processor time of its process. */
export function reportApi({ names, captions, events }: ApiComparison): string {
  const facts = `Requests whose answers cost nothing, by turns; of several rounds the best counts. Ours: the server as npm start runs it, whose worker is a process that gives the same answer at once; it reads the pictures and sends them there. graphql-yoga and graphql-ws: the same schema, whose resolvers return constants and look at no picture. A request asks for a caption, its model and where its time went; a chat has ${chatTokens} tokens, an event each. What a request or an event computes is the time on the processor of the process that answers, which other work on the machine changes less.`;
  const sections = [...captions.map((one) => captionTable(names, one)), ...events.map((one) => eventTable(names, one))];
  return ["## The API beside a plain GraphQL server", facts, ...sections].join("\n\n");
}

function captionTable(names: readonly string[], { title, rates }: CaptionComparison): string {
  const plain = rates.at(-1)!;
  const rows = rates.map((one, i): Cell[] => [
    names[i]!,
    one.requestsPerSecond.toFixed(0),
    one.p50Ms,
    one.p99Ms,
    one.cpuMs,
    one === plain ? "–" : ratio(one.cpuMs, plain.cpuMs),
  ]);
  return titled(title, "server|requests/s|p50 ms|p99 ms|computes ms a request|to plain", rows, 2);
}

function eventTable(names: readonly string[], { title, rates }: EventComparison): string {
  const plain = rates.at(-1)!;
  const rows = rates.map((one, i): Cell[] => [
    names[i]!,
    one.eventsPerSecond,
    one.cpuMicroseconds,
    one === plain ? "–" : ratio(one.cpuMicroseconds, plain.cpuMicroseconds),
  ]);
  return titled(title, "server|events/s|computes µs an event|to plain", rows, 0);
}
