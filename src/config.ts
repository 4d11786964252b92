import { homedir } from "node:os";
import { join } from "node:path";
import { type AccessConfig, accessConfig } from "./access/access-config.ts";
import { deviceChoices, type DeviceChoice } from "../inference/index.ts";
import { ConfigError, WrongSettingError } from "./config-error.ts";
import { dtypeChoices, type DtypeChoice } from "./dtypes.ts";
import { readConfigFile } from "./config-file.ts";
import { parseBytes } from "./byte-size.ts";
import { parseFlags } from "./flags.ts";
import { hostsOf } from "./hosts.ts";
import { isOfFile, type Sources, valueOf } from "./setting-sources.ts";
import { usualKvCache } from "./kv-cache.ts";
import { logChoices, type LogChoice } from "./log.ts";
import { bytes, integer, list, oneOf, onOrOff } from "./setting-readers.ts";
import { openai, type OtherEngine } from "./other-engine.ts";
import { settings, type SettingName } from "./settings.ts";
import { sharedGallery, type SharedGallery } from "./shared-gallery.ts";
import { tracesUrl } from "./traces-url.ts";
import { wrong } from "./wrong-setting.ts";

/** How the server runs: from flags first, then the environment, then a file, then defaults. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly access: AccessConfig;
  /** Over which workers elsewhere answer; undefined: this machine computes itself. */
  readonly redis: string | undefined;
  /** A server of another make that a worker passes requests on to; undefined: none. */
  readonly openai: OtherEngine | undefined;
  /** Requests that a worker of many takes at once. */
  readonly workerJobs: number;
  readonly log: LogChoice;
  /** Where metrics are given; undefined: nowhere. */
  readonly metrics: MetricsAddress | undefined;
  /** Where spans are sent; undefined: nowhere. */
  readonly traces: string | undefined;
  /** Where the gallery lives, or what this machine needs for a shared one. */
  readonly dataDirectory: string;
  /** Undefined: this machine has its own. */
  readonly sharedGallery: SharedGallery | undefined;
  /** Names of bundled checkpoints or paths of checkpoint folders; empty: every bundled one. */
  readonly models: readonly string[];
  /** How matrices of models are kept that do not say it themselves. */
  readonly dtype: DtypeChoice;
  /** Where models run. */
  readonly device: DeviceChoice;
  /** Where quantised weights are kept. */
  readonly weightCache: string;
  readonly weightCacheBytes: number;
  readonly requestTimeoutMs: number;
  /** How long a pass may take on the CPU before it counts as hung. */
  readonly passTimeoutMs: number;
  readonly maxImageBytes: number;
  readonly maxBodyBytes: number;
  /** For each model's sequences. */
  readonly kvCacheBytes: number;
  /** See MemoryLimits; undefined where the bytes were asked for. */
  readonly enoughRows?: number | undefined;
  /** For the models and all that they hold; undefined: what the machine has for it. */
  readonly memoryBytes: number | undefined;
  /** Names of models that are loaded first and stay. */
  readonly pinned: readonly string[];
  /** Undefined: nothing is unloaded for idleness. */
  readonly idleUnloadMs: number | undefined;
  /** Of the device, that a document may take; undefined: as much as it likes. */
  readonly maxDocumentMs: number | undefined;
  /** Of the device, that each client may take; undefined: as much as it likes. */
  readonly maxClientMsPerMinute: number | undefined;
  readonly chatGraceMs: number;
  readonly chatRetentionMs: number;
  readonly chatTimeoutMs: number;
  /** How long what runs has to end after SIGTERM. */
  readonly drainMs: number;
  readonly maxChats: number;
  readonly maxSockets: number;
  readonly maxSocketsPerAddress: number;
  /** Of requests, in lower case: tells clients apart; undefined: their addresses do. */
  readonly clientHeader: string | undefined;
  /** Origins whose pages may read answers. */
  readonly origins: readonly string[];
  /** Host names that requests may be addressed to; undefined: any. */
  readonly hosts: readonly string[] | undefined;
  /** Whether the page for people is there. */
  readonly page: boolean;
  /** Whether GraphiQL and introspection are there. */
  readonly explorer: boolean;
}

export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
  /** Host names that requests may be addressed to; undefined: any. */
  readonly hosts: readonly string[] | undefined;
}

/** Reads flags, environment and the file that they name; `help` stands alone. */
export function parseConfig(argv: readonly string[], env: NodeJS.ProcessEnv): Config | "help" {
  const flags = parseFlags(argv);
  if (flags.help === true) return "help";
  const path = valueOf(settings.config, { flags, env, file: {} });
  const sources = { flags, env, file: path === "" ? {} : readConfigFile(path) };
  try {
    return configOf(sources);
  } catch (error) {
    if (!(error instanceof WrongSettingError) || !isOfFile(error.flag, sources)) throw error;
    throw new ConfigError(`${path}: "${error.flag}": ${error.message}`);
  }
}

function configOf(sources: Sources): Config {
  const text = (name: SettingName): string => valueOf(settings[name], sources);
  return {
    access: accessConfig(text),
    redis: redis(text("redis")),
    openai: openai(text("openai"), text("openaiModel"), text("openaiName")),
    workerJobs: integer("jobs", text("jobs"), { min: 1, max: 4_096 }),
    host: text("host"),
    port: integer("port", text("port"), { min: 0, max: 65_535 }),
    log: oneOf("log", logChoices, text("log")),
    metrics: metrics(text("metricsHost"), text("metricsPort"), list(text("hosts"))),
    traces: tracesUrl(text("traces"), sources.env),
    dataDirectory: text("data"),
    sharedGallery: sharedGallery({ url: text("galleryDb"), gallery: text("galleryName"), blobs: text("blobs") }),
    models: list(text("models")),
    dtype: oneOf("dtype", dtypeChoices, text("dtype")),
    device: oneOf("device", deviceChoices, text("device")),
    weightCache: weightCache(text("weightCache"), sources.env),
    weightCacheBytes: bytes("weightCacheBytes", text("weightCacheBytes"), { min: 2 ** 20, max: 2 ** 50 }),
    requestTimeoutMs: integer("timeout", text("timeout"), { min: 1, max: 3_600_000 }),
    passTimeoutMs: integer("passTimeout", text("passTimeout"), { min: 1, max: 3_600_000 }),
    maxImageBytes: bytes("imageBytes", text("imageBytes"), { min: 1, max: 2 ** 30 }),
    maxBodyBytes: bytes("bodyBytes", text("bodyBytes"), { min: 1, max: 2 ** 30 }),
    ...kvCache(text("kvCache")),
    memoryBytes: memory(text("memory")),
    pinned: list(text("pin")),
    idleUnloadMs: integer("idleUnload", text("idleUnload"), { min: 0, max: 2 ** 31 - 1 }) || undefined,
    maxDocumentMs: integer("documentMs", text("documentMs"), { min: 0, max: 2 ** 31 - 1 }) || undefined,
    maxClientMsPerMinute: integer("clientMs", text("clientMs"), { min: 0, max: 2 ** 31 - 1 }) || undefined,
    chatGraceMs: integer("chatGrace", text("chatGrace"), { min: 0, max: 3_600_000 }),
    chatRetentionMs: integer("chatRetention", text("chatRetention"), { min: 0, max: 86_400_000 }),
    chatTimeoutMs: integer("chatTimeout", text("chatTimeout"), { min: 1, max: 3_600_000 }),
    drainMs: integer("drain", text("drain"), { min: 0, max: 3_600_000 }),
    maxChats: integer("chats", text("chats"), { min: 1, max: 100_000 }),
    maxSockets: integer("sockets", text("sockets"), { min: 0, max: 1_000_000 }),
    maxSocketsPerAddress: integer("socketsPerAddress", text("socketsPerAddress"), { min: 0, max: 1_000_000 }),
    clientHeader: text("clientHeader").toLowerCase() || undefined,
    origins: origins(list(text("origins"))),
    hosts: hostsOf(text("host"), list(text("hosts"))),
    page: onOrOff("page", text("page")),
    explorer: onOrOff("explorer", text("explorer")),
  };
}

function redis(text: string): string | undefined {
  if (text === "") return undefined;
  if (URL.canParse(text) && ["redis:", "rediss:"].includes(new URL(text).protocol)) return text;
  throw wrong("redis", 'a URL such as "redis://host:6379"', text);
}

/** Among the user's caches: where XDG_CACHE_HOME says, or in ~/.cache. */
function weightCache(text: string, { XDG_CACHE_HOME: caches }: NodeJS.ProcessEnv): string {
  if (text !== "") return text;
  return join(caches === undefined || caches === "" ? join(homedir(), ".cache") : caches, "triptych");
}

function metrics(host: string, port: string, allowed: readonly string[]): MetricsAddress | undefined {
  if (port === "off") return undefined;
  return { host, port: integer("metricsPort", port, { min: 0, max: 65_535 }), hosts: hostsOf(host, allowed) };
}

function memory(text: string): number | undefined {
  if (text === "auto") return undefined;
  const bytes = parseBytes(text);
  if (bytes !== undefined && bytes >= 2 ** 20) return bytes;
  throw wrong("memory", '"auto" or a size from 1MiB on, such as 12GiB or 800MB', text);
}

function kvCache(text: string): Pick<Config, "kvCacheBytes" | "enoughRows"> {
  return text === "auto" ? usualKvCache() : { kvCacheBytes: bytes("kvCache", text, { min: 2 ** 20, max: 2 ** 40 }) };
}

function origins(texts: readonly string[]): readonly string[] {
  const bad = texts.find((text) => !URL.canParse(text) || new URL(text).origin !== text);
  if (bad === undefined) return texts;
  throw wrong("origins", 'origins such as "https://example.org", separated by commas', bad);
}
