import { randomUUID } from "node:crypto";
import type { Allowed, Quotas } from "../../cluster/redis/quotas.ts";
import { InferenceError } from "../../inference/index.ts";
import type { Budgets, ChatPlace, Exhausted, Payer } from "./budgets.ts";
import { CHAT_RETRY_MS, GREED } from "./local-budgets.ts";

export interface SharedBudgetsOptions {
  /** Chats of all nodes that run at once. */
  readonly maxChats: number;
  /** No chat takes longer. */
  readonly chatTimeoutMs: number;
}

/** The budgets of all servers over one Redis: whichever a payer asks, it is the same quota. UNAVAILABLE while Redis is away. */
export class SharedBudgets implements Budgets {
  readonly #quotas: Quotas;
  readonly #options: SharedBudgetsOptions;

  constructor(quotas: Quotas, options: SharedBudgetsOptions) {
    [this.#quotas, this.#options] = [quotas, options];
  }

  request({ client, quota: { requestsPerMinute: perMinute } }: Payer): Promise<Exhausted | undefined> {
    return this.#take("requests", client, perMinute, 1);
  }

  reserve({ client, quota: { deviceMsPerMinute: perMinute } }: Payer, ms: number): Promise<Exhausted | undefined> {
    return this.#take("device", client, perMinute, ms);
  }

  /** Should Redis be away, it stays as reserved, which fills up within a minute. */
  async settle({ client, quota: { deviceMsPerMinute: perMinute } }: Payer, ms: number): Promise<void> {
    if (perMinute === undefined) return;
    await this.#quotas.settle({ kind: "device", client, perMinute }, ms).catch(() => undefined);
  }

  async beginChat({ client, quota: { maxChats = Infinity } }: Payer): Promise<ChatPlace | Exhausted> {
    const place = randomUUID();
    const { maxChats: maxAll, chatTimeoutMs: leaseMs } = this.#options;
    const limits = { client, maxOwn: maxChats, maxAll, greed: GREED, leaseMs };
    if (!(await this.#quotas.enter(place, limits).catch(away))) return { retryAfterMs: CHAT_RETRY_MS };
    return { leave: () => this.#quotas.leave(place, { client }).catch(() => undefined) };
  }

  async #take(
    kind: Allowed["kind"],
    client: string,
    perMinute: number | undefined,
    amount: number,
  ): Promise<Exhausted | undefined> {
    if (perMinute === undefined || amount === 0) return undefined;
    const retryAfterMs = await this.#quotas.take({ kind, client, perMinute }, amount).catch(away);
    return retryAfterMs === 0 ? undefined : { retryAfterMs };
  }
}

function away(cause: unknown): never {
  const message = "What you have used of your quota cannot be told now. Try again in a moment.";
  throw new InferenceError("UNAVAILABLE", message, { retryAfterMs: 1_000, cause });
}
