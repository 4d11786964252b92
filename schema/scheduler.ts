import { viewScheduler, type Device as DeviceValue, type ModelLoad as ModelLoadValue } from "../resolvers/scheduler.ts";
import { builder } from "./builder.ts";
import type { FieldCost } from "./field-cost.ts";
import { Model } from "./models.ts";

const NetworkLoad = builder
  .objectRef<{ readonly name: string; readonly passes: number; readonly meanBatch: number }>("NetworkLoad")
  .implement({
    description: "What one network of a model has run.",
    fields: (t) => ({
      name: t.exposeString("name", { description: "The network's name within its model." }),
      passes: t.exposeInt("passes", { description: "How often it ran." }),
      meanBatch: t.exposeFloat("meanBatch", { description: "Mean items of a run." }),
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
    networks: t.field({
      type: [NetworkLoad],
      description: "Each of its networks by itself.",
      resolve: ({ networks }) => Object.entries(networks).map(([name, load]) => ({ name, ...load })),
    }),
  }),
});

const Device = builder.objectRef<DeviceValue>("Device").implement({
  description: "A device with its scheduler.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Names the device; not a node." }),
    kind: t.exposeString("kind", { description: "What it is, such as cpu." }),
    state: t.exposeString("state", { description: "starting, ready, restarting or stopped." }),
    models: t.expose("models", { type: [ModelLoad], description: "Its models, in serving order." }),
  }),
});

const Scheduler = builder.objectRef<{ readonly devices: readonly DeviceValue[] }>("Scheduler").implement({
  description: "What the schedulers are doing right now.",
  fields: (t) => ({
    devices: t.expose("devices", { type: [Device], description: "Every device." }),
  }),
});

builder.queryField("scheduler", (t) =>
  t.field({
    type: Scheduler,
    description: "What the schedulers are doing right now.",
    extensions: { cost: { own: 20 } satisfies FieldCost },
    resolve: (_root, _args, { inference }) => viewScheduler(inference),
  }),
);
