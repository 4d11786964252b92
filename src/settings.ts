import { accessSettings } from "./access/access-settings.ts";
import { clusterSettings } from "./cluster-settings.ts";
import { limitSettings } from "./limit-settings.ts";

/** A setting of the server. */
export interface Setting {
  readonly flag: string;
  readonly env: string;
  readonly value: string;
  readonly fallback: string;
  readonly text: string;
}

/** Every setting, by flag and by environment variable. */
export const settings = {
  config: {
    flag: "config",
    env: "TRIPTYCH_CONFIG",
    value: "file",
    fallback: "",
    text: "JSON file of these settings by flag; flags and environment come before it",
  },
  models: {
    flag: "models",
    env: "MODELS",
    value: "a,b",
    fallback: "",
    text: "checkpoints to serve: bundled names or folders; all bundled ones without it",
  },
  dtype: {
    flag: "dtype",
    env: "DTYPE",
    value: "type",
    fallback: "auto",
    text: "how matrices are kept: float32, float16 (a GPU only), int8, int4, or auto by memory and device; for one model: --models name:int4",
  },
  device: {
    flag: "device",
    env: "DEVICE",
    value: "name",
    fallback: "cpu",
    text: "where models run: cpu; webgpu, refused where it computes wrongly; auto, the faster of both; cuda, experimental",
  },
  weightCache: {
    flag: "weight-cache",
    env: "WEIGHT_CACHE",
    value: "folder",
    fallback: "",
    text: "where quantised weights are kept; triptych in the user's cache folder without it",
  },
  weightCacheBytes: {
    flag: "weight-cache-bytes",
    env: "WEIGHT_CACHE_BYTES",
    value: "size",
    fallback: "64GiB",
    text: "quantised weights that are kept; beyond it, those used the longest ago are removed",
  },
  host: { flag: "host", env: "HOST", value: "address", fallback: "127.0.0.1", text: "address to listen on" },
  port: { flag: "port", env: "PORT", value: "number", fallback: "4000", text: "port to listen on; 0 takes a free one" },
  ...accessSettings,
  ...clusterSettings,
  log: {
    flag: "log",
    env: "LOG",
    value: "form",
    fallback: "plain",
    text: "plain: lines for people; verbose: one of them for each operation too; json: JSON lines, likewise",
  },
  metricsPort: {
    flag: "metrics-port",
    env: "METRICS_PORT",
    value: "number",
    fallback: "off",
    text: "port of Prometheus metrics, at /metrics; 0 takes a free one, off has none",
  },
  metricsHost: {
    flag: "metrics-host",
    env: "METRICS_HOST",
    value: "address",
    fallback: "127.0.0.1",
    text: "address of the metrics",
  },
  traces: {
    flag: "traces",
    env: "TRACES",
    value: "url",
    fallback: "",
    text: "OTLP/HTTP collector that is sent spans, such as http://127.0.0.1:4318; what OTEL_EXPORTER_OTLP_ENDPOINT says without it; off sends none",
  },
  data: { flag: "data", env: "DATA_DIR", value: "folder", fallback: "data", text: "where the gallery is kept" },
  galleryDb: {
    flag: "gallery-db",
    env: "GALLERY_DB",
    value: "url",
    fallback: "",
    text: "PostgreSQL database of a gallery that machines share, as postgres://user:password@host/database",
  },
  galleryName: {
    flag: "gallery-name",
    env: "GALLERY_NAME",
    value: "name",
    fallback: "main",
    text: "which of the galleries in that database",
  },
  blobs: {
    flag: "blobs",
    env: "BLOBS",
    value: "place",
    fallback: "",
    text: "where that gallery's pictures are: a folder that all share, s3://bucket/prefix?endpoint=url, postgres://…; the same database without it",
  },
  ...limitSettings,
  kvCache: {
    flag: "kv-cache",
    env: "KV_CACHE_BYTES",
    value: "size",
    fallback: "auto",
    text: "memory for keys and values of each model's sequences, a third of it for earlier turns; auto: for four conversations about pictures, within an eighth of all memory",
  },
  memory: {
    flag: "memory",
    env: "MEMORY",
    value: "size",
    fallback: "auto",
    text: "memory for the models and all that they hold, such as 12GiB; auto: three quarters of it, or what is free",
  },
  pin: { flag: "pin", env: "PIN", value: "a,b", fallback: "", text: "models that are loaded first and never unloaded" },
  idleUnload: {
    flag: "idle-unload",
    env: "IDLE_UNLOAD_MS",
    value: "ms",
    fallback: "0",
    text: "how long nobody asks for a model before it is unloaded; 0 keeps it",
  },
  drain: {
    flag: "drain",
    env: "DRAIN_MS",
    value: "ms",
    fallback: "90000",
    text: "how long what runs may take to end after SIGTERM; after Ctrl-C, 5000",
  },
  chats: { flag: "max-chats", env: "MAX_CHATS", value: "number", fallback: "64", text: "chats that may run at once" },
  sockets: {
    flag: "max-sockets",
    env: "MAX_SOCKETS",
    value: "number",
    fallback: "1024",
    text: "WebSockets that may be open at once",
  },
  socketsPerAddress: {
    flag: "sockets-per-address",
    env: "SOCKETS_PER_ADDRESS",
    value: "n",
    fallback: "256",
    text: "and of them from one client; behind a proxy, see --client-header",
  },
  clientHeader: {
    flag: "client-header",
    env: "CLIENT_HEADER",
    value: "name",
    fallback: "",
    text: "header by which a proxy tells clients apart, such as x-forwarded-for; their addresses without it",
  },
  origins: {
    flag: "origins",
    env: "CORS_ORIGINS",
    value: "a,b",
    fallback: "",
    text: "origins whose pages may read answers and open sockets; the server's own without it",
  },
  hosts: {
    flag: "hosts",
    env: "ALLOWED_HOSTS",
    value: "a,b",
    fallback: "",
    text: "host names to answer to; on a loopback address only its own without it",
  },
  page: { flag: "page", env: "PAGE", value: "on|off", fallback: "on", text: "the page for people, at /" },
  explorer: { flag: "explorer", env: "EXPLORER", value: "on|off", fallback: "on", text: "GraphiQL and introspection" },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
