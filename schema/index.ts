import "./answering.ts";
import "./captioning.ts";
import "./chat.ts";
import "./comparing.ts";
import "./images.ts";
import "./matching.ts";
import "./models.ts";
import "./retrieval.ts";
import "./scalars.ts";
import "./scheduler.ts";
import { builder } from "./builder.ts";
import { directives } from "./directives.ts";

/** The graph. */
export const schema = builder.toSchema({ directives });
