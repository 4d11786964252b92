import type { Priority } from "../../inference/scheduling/claim.ts";
import type { Program } from "../../inference/scheduling/program.ts";
import { Xorshift } from "../random.ts";
import { Choice, exponential, logNormal, type LogNormal, zipf } from "./distributions.ts";
import { captionProgram, chatProgram, indexProgram } from "./programs.ts";

export const kinds = ["caption", "index", "chat"] as const;

/** A caption of BLIP-base, a picture's vector of BLIP's retrieval model, or LLaVA-7B's answer about a picture. */
export type Kind = (typeof kinds)[number];

/** Requests as they come. */
export interface Load {
  readonly perSecond: number;
  /** How often each kind comes, to the others. */
  readonly mix: Readonly<Record<Kind, number>>;
  readonly clients: readonly ClientShare[];
}

export interface ClientShare {
  readonly name: string;
  /** Of the requests, to the others'. */
  readonly share: number;
}

export interface Arrival {
  readonly atMs: number;
  readonly client: string;
  readonly kind: Kind;
  readonly picture: string;
  /** Of the answer; 0 where nothing is said. */
  readonly tokens: number;
  readonly questionIds: readonly number[];
}

/** What the server's resolvers give each: src/, resolvers/ and gallery/embed.ts. */
export const priorityOf: Readonly<Record<Kind, Priority>> = { caption: "default", index: "bulk", chat: "interactive" };

/** How long each may take: the server's --timeout and --chat-timeout by default; milliseconds. */
export const timeoutMs: Readonly<Record<Kind, number>> = { caption: 60_000, index: 60_000, chat: 300_000 };

/** Pictures that come again and again, and the part of captions and chats that is about one of them. */
const [POPULAR, POPULAR_SHARE] = [10_000, 0.5];
const CAPTION_TOKENS = { from: 8, to: 16 };
/** The defaults of the models: what must have room. */
const MAX_TOKENS = { caption: 20, chat: 256 };
/**
 * Answers are as long as in Azure's trace of conversations, median 129 (Patel et al., "Splitwise", ISCA 2024,
 * https://arxiv.org/abs/2311.18677); the spread is ours, as are the questions beside a picture.
 */
const ANSWER: LogNormal = { median: 129, sigma: 0.7, min: 8, max: MAX_TOKENS.chat };
const QUESTION: LogNormal = { median: 24, sigma: 0.8, min: 4, max: 256 };

/** The same seed gives the same requests, whatever becomes of them. */
export function* arrivals({ perSecond, mix, clients }: Load, seed: number): Generator<Arrival> {
  const random = new Xorshift(seed);
  const popular = zipf(POPULAR);
  const client = new Choice(clients.map(({ share }) => share));
  const kind = new Choice(kinds.map((name) => mix[name]));
  let atMs = 0;
  for (let count = 0; ; count++) {
    atMs += exponential(1000 / perSecond, random);
    const drawn = { client: clients[client.draw(random)]!.name, kind: kinds[kind.draw(random)]! };
    const isPopular = random.fraction() < POPULAR_SHARE && drawn.kind !== "index";
    const number = isPopular ? popular.draw(random) : count;
    const picture = `${isPopular ? "popular" : "new"} ${number}`;
    yield { atMs, ...drawn, picture, ...lengths(drawn.kind, number, random) };
  }
}

/** A picture's caption is always the same; `picture`: its number. */
function lengths(kind: Kind, picture: number, random: Xorshift): Pick<Arrival, "tokens" | "questionIds"> {
  if (kind === "index") return { tokens: 0, questionIds: [] };
  const { from, to } = CAPTION_TOKENS;
  if (kind === "caption") return { tokens: from + (picture % (to - from + 1)), questionIds: [] };
  const questionIds = Array.from({ length: logNormal(QUESTION, random) }, () => random.next() % 32_000);
  return { tokens: logNormal(ANSWER, random), questionIds };
}

export function programOf({ kind, picture, tokens, questionIds }: Arrival): Program {
  if (kind === "caption") return captionProgram("blip", picture, { tokens, maxTokens: MAX_TOKENS.caption });
  if (kind === "index") return indexProgram("itm", picture);
  return chatProgram("llava", picture, { tokens, maxTokens: MAX_TOKENS.chat, questionIds });
}
