import type { ModelFamily as FamilyName, ModelInfo, ModelState as StateName, TaskName } from "../inference/index.ts";
import { listModels, modelsByName } from "../resolvers/models.ts";
import { builder } from "./builder.ts";
import type { FieldCost } from "./field-cost.ts";

/** The families of models. */
export const ModelFamily = builder.enumType("ModelFamily", {
  description: "A family of vision-language models.",
  values: {
    BLIP: {
      description: "Captions, answers, matching and retrieval with a text encoder and decoder over image states.",
    },
    BLIP2: { description: "A frozen image encoder and a language model, joined by a querying transformer." },
    LLAVA: { description: "A vision tower whose patches stand in the prompt of a chat model." },
  } satisfies Record<FamilyName, object>,
});

/** What models can do. */
export const Task = builder.enumType("Task", {
  description: "Something that a model can do.",
  values: {
    CAPTION: { description: "Describe a picture." },
    VQA: { description: "Answer a question about a picture." },
    MATCH: { description: "Say how well a text fits a picture (ITM)." },
    EMBED: { description: "Give pictures and texts comparable embeddings (ITC)." },
    CHAT: { description: "Talk about pictures in several turns." },
  } satisfies Record<TaskName, object>,
});

const ModelState = builder.enumType("ModelState", {
  description: "Whether a model can answer now.",
  values: {
    UNLOADED: { description: "Not in memory." },
    LOADING: { description: "Being loaded; requests wait." },
    READY: { description: "Answering." },
    FAILED: { description: "Could not be loaded." },
  } satisfies Record<StateName, object>,
});

/** A served model, a node by its name. */
export const Model = builder.objectRef<ModelInfo>("Model");

builder.node(Model, {
  description: "A served model.",
  id: { resolve: (model) => model.name, description: "Names the model wherever a `model` argument is taken." },
  loadManyWithoutCache: (names, { inference }) => modelsByName(names, inference),
  fields: (t) => ({
    name: t.exposeString("name", { description: "Unique among the served models; also taken by `model` arguments." }),
    family: t.expose("family", { type: ModelFamily, description: "Its family." }),
    tasks: t.expose("tasks", { type: [Task], description: "What it can do." }),
    state: t.expose("state", { type: ModelState, description: "Whether it can answer now." }),
    failure: t.string({
      nullable: true,
      description: "Why it could not be loaded: which file, tensor or key, and what is wrong with it.",
      resolve: (model) => model.failure,
    }),
    device: t.exposeString("device", { description: "Where it runs." }),
    dtype: t.exposeString("dtype", {
      description:
        "The number type of its weights: the checkpoint's, or int8 or int4 where its matrices are quantised.",
    }),
    parameters: t.exposeFloat("parameters", { description: "How many weights it has." }),
    digest: t.exposeString("digest", { description: "SHA-256 over its weights and configuration, hexadecimal." }),
    licence: t.string({
      nullable: true,
      description: "The licence that its model card names.",
      resolve: (model) => model.licence,
    }),
  }),
});

builder.queryField("models", (t) =>
  t.field({
    type: [Model],
    description: "The served models, in the order in which they were named at start.",
    extensions: { cost: { own: 10 } satisfies FieldCost },
    args: {
      family: t.arg({ type: ModelFamily, description: "Only models of this family." }),
      task: t.arg({ type: Task, description: "Only models that can do this." }),
    },
    resolve: (_root, filter, { inference }) => listModels(filter, inference),
  }),
);
