import type {
  ModelFamily as FamilyName,
  ModelInfo,
  ModelMemory as ModelMemoryValue,
  ModelState as StateName,
  TaskName,
} from "../inference/index.ts";
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
    UNLOADED: { description: "Not in memory; loaded as soon as somebody asks for it." },
    LOADING: { description: "Being loaded; requests wait." },
    READY: { description: "Answering." },
    FAILED: { description: "Could not be loaded, or does not fit into memory." },
  } satisfies Record<StateName, object>,
});

const ModelMemory = builder.objectRef<ModelMemoryValue>("ModelMemory").implement({
  description: "What a model takes of memory while it is served, in bytes, beside what all models share.",
  fields: (t) => ({
    weights: t.exposeFloat("weights", { description: "Its weights, by their number and type." }),
    keysAndValues: t.exposeFloat("keysValues", { description: "Keys and values, with every place taken." }),
    passes: t.exposeFloat("activations", { description: "What its passes hold beside these." }),
    isMeasured: t.boolean({
      description: "Whether what its passes hold was measured when it was loaded; else it is an estimate.",
      resolve: ({ areActivationsMeasured = false }) => areActivationsMeasured,
    }),
  }),
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
    memory: t.field({
      type: ModelMemory,
      nullable: true,
      description: "What it takes of memory; null where that is not known.",
      resolve: (model) => model.memory,
    }),
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
