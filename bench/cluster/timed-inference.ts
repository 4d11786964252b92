import { setTimeout as delay } from "node:timers/promises";
import type { ChatResult, ResultOf, SchedulerView, SubmitOptions, Task } from "../../inference/index.ts";
import { ChainedInference } from "../faults/chained-inference.ts";

/** Milliseconds on a clock that all processes of a machine share. */
export function sharedNow(): number {
  return performance.timeOrigin + performance.now();
}

/** A model of no weights, whose tokens say when they were made, and a device of no silicon, which does one thing at a time. */
export class TimedInference extends ChainedInference {
  readonly #deviceMs: number;
  #free: Promise<unknown> = Promise.resolve();

  /** `deviceMs`: what a request that is no chat takes of the device. */
  constructor({ msPerToken, deviceMs }: { readonly msPerToken: number; readonly deviceMs: number }) {
    super({ msPerToken });
    this.#deviceMs = deviceMs;
  }

  /** As one device, so that workers can be counted. */
  override scheduler(): Promise<SchedulerView> {
    const device = { id: "fake", kind: "fake", state: "ready", models: [], caches: [] };
    return Promise.resolve({ devices: [{ ...device, restarts: { deaths: 0, replacements: 0 } }] });
  }

  override async submit<T extends Task>(task: T, options: SubmitOptions = {}): Promise<ResultOf<T>> {
    if (task.kind === "chat") return (await this.#chat(task.options.maxTokens ?? 20, options)) as ResultOf<T>;
    await (this.#free = this.#free.then(() => delay(this.#deviceMs)));
    return super.submit(task, options);
  }

  async #chat(maxTokens: number, { onProgress }: SubmitOptions): Promise<ChatResult> {
    onProgress?.({ type: "started", promptTokens: 1, reusedTokens: 0, imageCacheHit: false });
    let text = "";
    for (let tokens = 1; tokens <= maxTokens; tokens++) {
      await delay(this.msPerToken);
      const stamp = `${sharedNow().toFixed(3)} `;
      text += stamp;
      onProgress?.({ type: "delta", text: stamp, tokenIds: [tokens], tokens });
    }
    const none = { queueMs: 0, preprocessMs: 0, encodeMs: 0, encodeBatch: 0, decodeBatch: 0, imageCacheHit: false };
    const timing = { ...none, totalMs: 1, decodeMs: 1 };
    return { text, tokens: maxTokens, tokenIds: [], finishReason: "STOP", promptTokens: 1, reusedTokens: 0, timing };
  }
}
