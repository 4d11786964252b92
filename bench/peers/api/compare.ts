import sharp from "sharp";
import type { Transport } from "../../chat.ts";
import type { PictureFile } from "../../graphql.ts";
import type { MeasureOptions } from "../../measure.ts";
import { makePictures } from "../../pictures.ts";
import {
  type CaptionLoad,
  type CaptionRequest,
  inline,
  measureCaptions,
  type RequestRates,
  uploaded,
} from "./captions.ts";
import { type EventRates, measureEvents } from "./events.ts";
import { type ApiContender, withServers } from "./servers.ts";

export interface ApiPeersOptions extends MeasureOptions {
  readonly rounds: number;
}

/** Captions that are asked for in one way, by each contender. */
export interface CaptionComparison {
  readonly title: string;
  readonly rates: readonly RequestRates[];
}

export interface EventComparison {
  readonly title: string;
  readonly rates: readonly EventRates[];
}

export interface ApiComparison {
  /** Of the contenders, in the order of all rates. */
  readonly names: readonly string[];
  readonly captions: readonly CaptionComparison[];
  readonly events: readonly EventComparison[];
}

interface CaptionWay {
  readonly title: string;
  readonly request: CaptionRequest;
  readonly load: CaptionLoad;
}

const eventWays = ["WebSocket", "SSE"] as const satisfies readonly Transport[];
const EVENT_CLIENTS = 8;
const CHATS = 6;

/** What the graph costs beside a plain one, when no answer costs anything. Of each the best of several rounds counts. */
export function compareApi({ rounds, signal, progress }: ApiPeersOptions): Promise<ApiComparison> {
  return withServers(signal, async (contenders) => {
    const ways = await captionWays();
    const captions = ways.map(({ title }) => ({ title, rates: contenders.map((): RequestRates => noRequests) }));
    const events = eventWays.map((transport) => {
      const title = `Tokens to ${EVENT_CLIENTS} chats at once, ${transport}`;
      return { title, transport, rates: contenders.map((): EventRates => noEvents) };
    });
    // The first round of all is for V8, which compiles what is called often.
    for (let round = 0; round <= rounds; round++) {
      for (const [i, { title, request, load }] of ways.entries()) {
        const measured = await each(contenders, (contender) => measureCaptions(contender, request, load));
        progress(`round ${round} of ${rounds}, ${title}: ${JSON.stringify(measured)}`);
        if (round > 0) captions[i]!.rates = captions[i]!.rates.map((best, j) => betterRequests(best, measured[j]!));
      }
      for (const way of events) {
        const load = { transport: way.transport, clients: EVENT_CLIENTS, chats: CHATS };
        const measured = await each(contenders, (contender) => measureEvents(contender, load));
        progress(`round ${round} of ${rounds}, ${way.title}: ${JSON.stringify(measured)}`);
        if (round > 0) way.rates = way.rates.map((best, j) => betterEvents(best, measured[j]!));
      }
    }
    return { names: contenders.map(({ name }) => name), captions, events };
  });
}

async function captionWays(): Promise<readonly CaptionWay[]> {
  const [photograph] = (await makePictures(1, 1)) as [PictureFile];
  const icon = new Uint8Array(await sharp(photograph.bytes).resize(64, 48).jpeg().toBuffer());
  const small = inline({ ...photograph, bytes: icon });
  const kilobytes = (bytes: Uint8Array): string => `${(bytes.length / 1000).toFixed(bytes.length < 1e4 ? 1 : 0)} kB`;
  return [
    {
      title: `A picture of ${kilobytes(icon)} in base64, one client`,
      request: small,
      load: { clients: 1, requests: 800 },
    },
    { title: "The same, 16 clients", request: small, load: { clients: 16, requests: 3000 } },
    {
      title: `A picture of ${kilobytes(photograph.bytes)} uploaded, 16 clients`,
      request: await uploaded(photograph),
      load: { clients: 16, requests: 800 },
    },
  ];
}

const noRequests: RequestRates = { requestsPerSecond: 0, p50Ms: Infinity, p99Ms: Infinity, cpuMs: Infinity };
const noEvents: EventRates = { eventsPerSecond: 0, cpuMicroseconds: Infinity };

function betterRequests(a: RequestRates, b: RequestRates): RequestRates {
  const least = (what: "p50Ms" | "p99Ms" | "cpuMs"): number => Math.min(a[what], b[what]);
  const requestsPerSecond = Math.max(a.requestsPerSecond, b.requestsPerSecond);
  return { requestsPerSecond, p50Ms: least("p50Ms"), p99Ms: least("p99Ms"), cpuMs: least("cpuMs") };
}

function betterEvents(a: EventRates, b: EventRates): EventRates {
  return {
    eventsPerSecond: Math.max(a.eventsPerSecond, b.eventsPerSecond),
    cpuMicroseconds: Math.min(a.cpuMicroseconds, b.cpuMicroseconds),
  };
}

async function each<R>(contenders: readonly ApiContender[], measure: (one: ApiContender) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const contender of contenders) results.push(await measure(contender));
  return results;
}
