import { describe, expect, it } from "vitest";
import { admitChat } from "../../../src/budgets/admit-chat.ts";
import type { ChatPlace, Payer } from "../../../src/budgets/budgets.ts";
import { LocalBudgets } from "../../../src/budgets/local-budgets.ts";

const payer = (client: string, quota: Payer["quota"] = { maxChats: 64 }): Payer => ({ client, quota });

/** How many chats a payer can begin. */
async function begin(budgets: LocalBudgets, who: Payer): Promise<readonly ChatPlace[]> {
  const places: ChatPlace[] = [];
  for (;;) {
    const place = await budgets.beginChat(who);
    if ("retryAfterMs" in place) return places;
    places.push(place);
  }
}

describe("places for chats", () => {
  it("are so many of a payer's quota", async () => {
    const budgets = new LocalBudgets({ maxChats: 64 });
    const places = await begin(budgets, payer("acme", { maxChats: 3 }));
    expect(places).toHaveLength(3);
    await places[0]!.leave();
    expect(await begin(budgets, payer("acme", { maxChats: 3 }))).toHaveLength(1);
  });

  it("are never all one payer's: the next ones find some, and in the end all are given back", async () => {
    const budgets = new LocalBudgets({ maxChats: 64 });
    const taken = [];
    for (const client of ["acme", "bolt", "cats"]) taken.push(await begin(budgets, payer(client)));
    expect(taken.map(({ length }) => length)).toEqual([48, 12, 3]);
    for (const place of taken.flat()) await place.leave();
    expect(await begin(budgets, payer("cats"))).toHaveLength(48);
  });

  it("are given back when their chats end, also such as have ended before they began", async () => {
    const budgets = new LocalBudgets({ maxChats: 64 });
    const one = payer("acme", { maxChats: 1 });
    const ending = new AbortController();
    await admitChat(budgets, one, AbortSignal.abort());
    await admitChat(budgets, one, ending.signal);
    const refused = { code: "OVERLOADED", retryAfterMs: 1_000 };
    await expect(admitChat(budgets, one, ending.signal)).rejects.toMatchObject(refused);
    ending.abort();
    await admitChat(budgets, one, ending.signal);
  });
});

describe("what is used of a quota", () => {
  it("is refused beyond it until there is enough again, and costs nothing where it is nothing", async () => {
    const budgets = new LocalBudgets({ maxChats: 64 });
    const who = payer("acme", { deviceMsPerMinute: 1_000 });
    expect(await budgets.reserve(who, 900)).toBeUndefined();
    expect(await budgets.reserve(who, 200)).toEqual({ retryAfterMs: expect.closeTo(6_000, -2) as number });
    expect(await budgets.reserve(who, 0)).toBeUndefined();
    await budgets.settle(who, -500);
    expect(await budgets.reserve(who, 200)).toBeUndefined();
    expect(await budgets.reserve(payer("bolt", { deviceMsPerMinute: 1_000 }), 1_000)).toBeUndefined();
  });

  it("is not counted where there is no quota", async () => {
    const budgets = new LocalBudgets({ maxChats: 64 });
    const who = payer("acme", {});
    for (let i = 0; i < 3; i++)
      expect([await budgets.reserve(who, 1e9), await budgets.request(who)]).toEqual([undefined, undefined]);
  });
});
