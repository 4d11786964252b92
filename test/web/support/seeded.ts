import { ask } from "../../acceptance/support/graph.ts";
import { eventually } from "../../acceptance/support/wait.ts";

const EXAMPLES = 24;

/** Waits until a server that was started for the first time has put all its examples into the gallery. */
export async function expectSeeded(url: string): Promise<void> {
  await eventually("the gallery holds the examples", async () => {
    const { data } = await ask<{ images: { totalCount: number } }>(url, "{ images(first: 1) { totalCount } }");
    return data.images.totalCount >= EXAMPLES ? true : undefined;
  });
}
