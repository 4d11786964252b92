import { InferenceError } from "../../inference/index.ts";
import type { Budgets, Payer } from "./budgets.ts";

/** Lets a chat begin whose payer has a place for it, which is given back when the signal is aborted; else OVERLOADED. */
export async function admitChat(budgets: Pick<Budgets, "beginChat">, payer: Payer, until: AbortSignal): Promise<void> {
  if (payer.quota.maxChats === undefined) return;
  const place = await budgets.beginChat(payer);
  if ("retryAfterMs" in place) throw new InferenceError("OVERLOADED", tooMany, place);
  if (until.aborted) await place.leave();
  else until.addEventListener("abort", () => void place.leave(), { once: true });
}

const tooMany = "You have as many chats that run as you may, or as leave some to others. Try again later.";
