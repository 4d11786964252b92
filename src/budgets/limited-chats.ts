import { InferenceError, type Inference } from "../../inference/index.ts";
import { withSubmit } from "../with-submit.ts";
import type { Budgets, ChatPlace, Payer } from "./budgets.ts";

/** Inference that takes no more chats at once than the payer may have; all else passes. */
export function limitedChats(inference: Inference, budgets: Budgets, payer: Payer): Inference {
  if (payer.quota.maxChats === undefined) return inference;
  return withSubmit(inference, async (task, options) => {
    if (task.kind !== "chat") return inference.submit(task, options);
    const place = await enter(budgets, payer);
    try {
      return await inference.submit(task, options);
    } finally {
      await place.leave();
    }
  });
}

async function enter(budgets: Budgets, payer: Payer): Promise<ChatPlace> {
  const place = await budgets.beginChat(payer);
  if ("leave" in place) return place;
  const message = `You have ${payer.quota.maxChats} chats that run, as many as you may. Try again later.`;
  throw new InferenceError("OVERLOADED", message, place);
}
