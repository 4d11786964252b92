import {
  InferenceError,
  type ChatProgress,
  type ChatResult,
  type Inference,
  type ResultOf,
  type SubmitOptions,
  type Task,
} from "../../../inference/index.ts";
import { chatResult } from "./events.ts";

/** A chat that a test answers by hand. */
export interface HeldChat {
  readonly start: () => void;
  readonly say: (...pieces: readonly string[]) => void;
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
  readonly signal: AbortSignal;
}

/** An inference side whose chats stand still until the test moves them. */
export class HeldInference implements Inference {
  readonly chats: HeldChat[] = [];

  submit<T extends Task>(_task: T, { signal, onProgress }: SubmitOptions = {}): Promise<ResultOf<T>> {
    return new Promise((resolve, reject) => {
      const tell = (progress: ChatProgress): void => onProgress?.(progress);
      let text = "";
      let tokens = 0;
      signal?.addEventListener("abort", () => reject(new InferenceError("CANCELLED", "cancelled")));
      this.chats.push({
        signal: signal!,
        start: () => tell({ type: "started", promptTokens: 3, reusedTokens: 0, imageCacheHit: false }),
        say: (...pieces) => {
          for (const piece of pieces) {
            text += piece;
            tell({ type: "delta", text: piece, tokenIds: [tokens], tokens: ++tokens });
          }
        },
        finish: () => resolve(chatResult(text, tokens) satisfies ChatResult as ResultOf<T>),
        fail: reject,
      });
    });
  }

  expectedMs(): number {
    return 0;
  }

  models(): readonly [] {
    return [];
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  scheduler(): Promise<{ readonly devices: readonly [] }> {
    return Promise.resolve({ devices: [] });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
