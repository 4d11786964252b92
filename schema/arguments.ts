import { GenerationOptions, ImageInput } from "./inputs.ts";
import { ModelFamily } from "./models.ts";

/** `image: ImageInput!` */
export const imageArgument = { type: ImageInput, required: true, description: "The picture." } as const;

/** `family: ModelFamily! = BLIP` */
export const familyArgument = {
  type: ModelFamily,
  required: true,
  defaultValue: "BLIP",
  description: "Whose default model for the task runs, unless `model` names one.",
} as const;

/** `model: ID` */
export const modelArgument = {
  description:
    "A served model by id or name, whatever its family. Without it, the family's first that can do the task.",
} as const;

/** `options: GenerationOptions` */
export const optionsArgument = { type: GenerationOptions, description: "How to generate." } as const;
