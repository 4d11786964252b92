import type { Client } from "urql";
import { RemovePicturesDocument } from "../graph/generated/graphql.ts";
import { problemOf, type Problem } from "../graph/problem.ts";

/** The graph takes no more at once. */
const MAX_AT_ONCE = 32;

/** Removes pictures from the gallery; tells of those that are gone as it goes on. */
export async function removePictures(
  client: Client,
  ids: readonly string[],
  gone: (ids: readonly string[]) => void,
): Promise<Problem | undefined> {
  for (let start = 0; start < ids.length; start += MAX_AT_ONCE) {
    const some = ids.slice(start, start + MAX_AT_ONCE);
    const { error } = await client.mutation(RemovePicturesDocument, { ids: some }).toPromise();
    if (error) return problemOf(error);
    gone(some);
  }
  return undefined;
}
