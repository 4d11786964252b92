import type { ModelInfo } from "../../inference/index.ts";
import { model } from "../gallery/fake-inference.ts";

/** A model of each family that captions and answers, in serving order, with one more that does neither. */
export const threeFamilies: readonly ModelInfo[] = [
  model("llava", { family: "LLAVA", tasks: ["CAPTION", "VQA", "CHAT"] }),
  model("blip2", { family: "BLIP2", tasks: ["CAPTION", "VQA", "CHAT"] }),
  model("blip-caption", { tasks: ["CAPTION"] }),
  model("blip-vqa", { tasks: ["VQA"] }),
  model("blip-retrieval", { tasks: ["MATCH", "EMBED"] }),
];
