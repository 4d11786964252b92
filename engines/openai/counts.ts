import type { DeviceView, ModelLoadView } from "../../inference/index.ts";
import type { ServerWatch, Standing } from "./server-watch.ts";
import type { Turns } from "./turns.ts";

/** What a server was asked so far, as far as it is seen from here: its passes and caches are its own. */
export class Counts {
  #generations = 0;
  #pictures = 0;
  #tokens = 0;
  #promptRows = 0;
  #reusedRows = 0;

  asked(pictures: number): void {
    this.#generations += 1;
    this.#pictures += pictures;
  }

  answered(answer: { readonly tokens: number; readonly promptTokens: number; readonly reusedTokens: number }): void {
    this.#tokens += answer.tokens;
    this.#promptRows += answer.promptTokens;
    this.#reusedRows += answer.reusedTokens;
  }

  view(name: string, watch: ServerWatch, turns: Turns): DeviceView {
    return {
      ...{ id: `openai:${name}`, kind: "openai", state: states[watch.standing.state] },
      ...{ models: [this.#load(name, turns)], caches: [] },
      restarts: { deaths: watch.numLosses, replacements: 0 },
    };
  }

  #load(model: string, { numWaiting: queued, numRunning: running, meanRunning }: Turns): ModelLoadView {
    return {
      ...{ model, queued, running, meanEncodeBatch: 0, meanDecodeBatch: meanRunning },
      ...{ encodedImages: this.#pictures, decodedTokens: this.#tokens },
      ...{ generations: this.#generations, sharedGenerations: 0 },
      ...{ keptRows: 0, promptRows: this.#promptRows, reusedRows: this.#reusedRows },
      ...{ networks: {}, passes: [] },
    };
  }
}

const states: Readonly<Record<Standing["state"], string>> = {
  LOADING: "starting",
  READY: "ready",
  FAILED: "restarting",
};
