import type { CacheView, NetworkView } from "../inference/index.ts";
import { bounds, defaults, spanOf } from "../resolvers/bounds.ts";
import {
  viewScheduler,
  watchScheduler,
  type Device as DeviceValue,
  type ModelLoad as ModelLoadValue,
  type Scheduler as SchedulerValue,
} from "../resolvers/scheduler.ts";
import { builder } from "./builder.ts";
import type { FieldCost } from "./field-cost.ts";
import { Model } from "./models.ts";

const NetworkLoad = builder.objectRef<NetworkView & { readonly name: string }>("NetworkLoad").implement({
  description: "What one network of a model has run.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "The network's name within its model." }),
    passes: t.exposeInt("passes", { description: "How often it ran." }),
    meanBatch: t.exposeFloat("meanBatch", { description: "Mean items of a run." }),
    msPerItem: t.float({
      nullable: true,
      description:
        "What each item adds to how long a run takes, as measured: an encoder's next batch goes by it. Null until sizes differed, and for decoders.",
      resolve: ({ fit }) => fit?.msPerItem,
    }),
    msPerPass: t.float({
      nullable: true,
      description: "And what a run takes by itself.",
      resolve: ({ fit }) => fit?.msPerPass,
    }),
  }),
});

const ModelLoad = builder.objectRef<ModelLoadValue>("ModelLoad").implement({
  description: "What a device does for one model. Means and sums are over the worker's life.",
  fields: (t) => ({
    model: t.expose("model", { type: Model, description: "The model." }),
    queued: t.exposeInt("queued", { description: "Requests that wait for a place in a batch." }),
    running: t.exposeInt("running", { description: "Requests that are being worked on." }),
    meanEncodeBatch: t.exposeFloat("meanEncodeBatch", { description: "Mean items of an encoder pass." }),
    meanDecodeBatch: t.exposeFloat("meanDecodeBatch", { description: "Mean sequences of a decoder pass." }),
    encodedImages: t.exposeInt("encodedImages", { description: "Pictures encoded so far." }),
    decodedTokens: t.exposeInt("decodedTokens", { description: "Tokens generated so far." }),
    generations: t.exposeInt("generations", { description: "Sequences begun so far." }),
    sharedGenerations: t.exposeInt("sharedGenerations", {
      description: "Requests that were given the sequence of another, which asked for the same at the same time.",
    }),
    promptRows: t.exposeFloat("promptRows", { description: "Rows of keys and values with which sequences began." }),
    reusedRows: t.exposeFloat("reusedRows", {
      description: "Of these, the rows that were still there from another that began alike, and not computed again.",
    }),
    keptRows: t.exposeInt("keptRows", { description: "Rows that are kept for sequences to come." }),
    networks: t.field({
      type: [NetworkLoad],
      description: "Each of its networks by itself.",
      resolve: ({ networks }) => Object.entries(networks).map(([name, load]) => ({ name, ...load })),
    }),
  }),
});

const Cache = builder.objectRef<CacheView>("Cache").implement({
  description: "What is kept so that it need not be made again. Counts are over the worker's life.",
  fields: (t) => ({
    name: t.exposeString("name", {
      description: "features, of encoders; pictures, decoded; or pixels, as networks take them.",
    }),
    bytes: t.exposeFloat("bytes", { description: "What it holds." }),
    maxBytes: t.exposeFloat("maxBytes", { description: "What it may hold; what was used the longest ago goes first." }),
    hits: t.exposeFloat("hits", { description: "How often it had what was asked for." }),
    shared: t.exposeFloat("shared", {
      description: "How often what was asked for was being made for another, and was waited for.",
    }),
    misses: t.exposeFloat("misses", { description: "How often it had to be made." }),
  }),
});

const Device = builder.objectRef<DeviceValue>("Device").implement({
  description: "A device with its scheduler.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Names the device; not a node." }),
    kind: t.exposeString("kind", { description: "What it is, such as cpu." }),
    state: t.exposeString("state", { description: "starting, ready, restarting or stopped." }),
    models: t.expose("models", { type: [ModelLoad], description: "Its models, in serving order." }),
    caches: t.expose("caches", { type: [Cache], description: "What it keeps; none while its worker is not ready." }),
    workerDeaths: t.int({
      description: "How often its worker died and was started again, since the server began.",
      resolve: ({ restarts }) => restarts.deaths,
    }),
    workerReplacements: t.int({
      description: "How often its worker was replaced to give a model's memory back.",
      resolve: ({ restarts }) => restarts.replacements,
    }),
  }),
});

const Scheduler = builder.objectRef<SchedulerValue>("Scheduler").implement({
  description: "What the schedulers are doing right now.",
  fields: (t) => ({
    devices: t.expose("devices", { type: [Device], description: "Every device." }),
  }),
});

const cost: FieldCost = { own: 20 };

builder.queryField("scheduler", (t) =>
  t.field({
    type: Scheduler,
    description: "What the schedulers are doing right now.",
    extensions: { cost },
    resolve: (_root, _args, context) => viewScheduler(context),
  }),
);

builder.subscriptionField("scheduler", (t) =>
  t.field({
    type: Scheduler,
    description: "What the schedulers are doing, at once and then again and again.",
    extensions: { cost },
    args: {
      everyMs: t.arg.int({
        defaultValue: defaults.everyMs,
        description: `How often, in milliseconds: ${spanOf(bounds.everyMs)}. Nothing is looked at while nobody takes it.`,
      }),
    },
    subscribe: (_root, args, context) => watchScheduler(args, context),
    resolve: (scheduler) => scheduler,
  }),
);
