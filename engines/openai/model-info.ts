import { createHash } from "node:crypto";
import type { ModelInfo } from "../../inference/index.ts";
import type { Settings } from "./options.ts";
import type { Standing } from "./server-watch.ts";

/**
 * What is known here of a model that another server has. Its weights nobody here has seen: its digest is over what it is
 * called, so that it is the same on every machine, whatever file the server has loaded under that name.
 */
export function modelInfo({ name, model = name }: Settings, standing: Standing): ModelInfo {
  const { dtype, parameters } = standing.state === "READY" ? standing.server : { dtype: "unknown", parameters: 0 };
  return {
    ...{ name, family: "LLAVA", tasks: ["CAPTION", "VQA", "CHAT"], state: standing.state, device: "elsewhere" },
    ...{ dtype, parameters, licence: undefined },
    digest: createHash("sha256").update(`openai ${model}`).digest("hex"),
    preprocessing: "elsewhere",
    failure: standing.state === "FAILED" ? standing.failure : undefined,
  };
}
