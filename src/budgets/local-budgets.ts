import { Allowances } from "./allowance.ts";
import type { Budgets, ChatPlace, Exhausted, Payer } from "./budgets.ts";

/** How long a chat takes is not known. */
export const CHAT_RETRY_MS = 1_000;
/** A payer has no more chats than so many times what is free: the next one always finds a place. See Room. */
export const GREED = 3;

export interface LocalBudgetsOptions {
  /** Chats of all that run at once. */
  readonly maxChats: number;
}

/** The budgets of a server that is alone. */
export class LocalBudgets implements Budgets {
  readonly #requests = new Allowances();
  readonly #device = new Allowances();
  readonly #maxChats: number;
  /** By client; those who have none are not there. */
  readonly #numChats = new Map<string, number>();
  #numAllChats = 0;

  constructor({ maxChats }: LocalBudgetsOptions) {
    this.#maxChats = maxChats;
  }

  request(payer: Payer): Promise<Exhausted | undefined> {
    return Promise.resolve(
      taken(this.#requests, payer.client, { perMinute: payer.quota.requestsPerMinute, amount: 1 }),
    );
  }

  reserve(payer: Payer, ms: number): Promise<Exhausted | undefined> {
    return Promise.resolve(taken(this.#device, payer.client, { perMinute: payer.quota.deviceMsPerMinute, amount: ms }));
  }

  settle({ client, quota: { deviceMsPerMinute } }: Payer, ms: number): Promise<void> {
    if (deviceMsPerMinute !== undefined) this.#device.of(client, deviceMsPerMinute).take(ms, performance.now());
    return Promise.resolve();
  }

  beginChat({ client, quota: { maxChats = Infinity } }: Payer): Promise<ChatPlace | Exhausted> {
    const numChats = this.#numChats.get(client) ?? 0;
    const most = Math.min(maxChats, GREED * (this.#maxChats - this.#numAllChats));
    if (numChats >= most) return Promise.resolve({ retryAfterMs: CHAT_RETRY_MS });
    this.#numChats.set(client, numChats + 1);
    this.#numAllChats += 1;
    return Promise.resolve({
      leave: () => {
        this.#leave(client);
        return Promise.resolve();
      },
    });
  }

  #leave(client: string): void {
    this.#numAllChats -= 1;
    const left = (this.#numChats.get(client) ?? 0) - 1;
    if (left > 0) this.#numChats.set(client, left);
    else this.#numChats.delete(client);
  }
}

/** Takes the amount if it is there; what costs nothing may be had without anything left. */
function taken(
  allowances: Allowances,
  client: string,
  { perMinute, amount }: { readonly perMinute: number | undefined; readonly amount: number },
): Exhausted | undefined {
  if (perMinute === undefined || amount === 0) return undefined;
  const [allowance, now] = [allowances.of(client, perMinute), performance.now()];
  const retryAfterMs = allowance.waitMs(amount, now);
  if (retryAfterMs > 0) return { retryAfterMs };
  allowance.take(amount, now);
  return undefined;
}
