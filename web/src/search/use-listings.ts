import { useEffect, useState, useSyncExternalStore } from "react";
import { type Client, useClient } from "urql";
import { type Listed, Listing } from "./listing.ts";
import { pagesOf } from "./load-pages.ts";
import { addressOf, type Query } from "./query.ts";
import { uploadQueue } from "./uploading.ts";

/** What has come of each query since the room was entered: going back shows it as it was. */
class Listings {
  readonly #client: Client;
  readonly #byAddress = new Map<string, Listing>();

  constructor(client: Client) {
    this.#client = client;
  }

  of(query: Query): Listing {
    const address = addressOf(query);
    const listing = this.#byAddress.get(address) ?? new Listing(pagesOf(this.#client, query));
    this.#byAddress.set(address, listing);
    return listing;
  }

  removeEverywhere(ids: readonly string[]): void {
    for (const listing of this.#byAddress.values()) listing.remove(new Set(ids));
  }
}

export interface ShownListing extends Listed {
  readonly more: () => void;
  /** Takes pictures out that are gone, whatever list they are in. */
  readonly forget: (ids: readonly string[]) => void;
}

/** The pictures that answer a query, of which the first come unasked, and new ones of the whole gallery as they arrive. */
export function useListings(query: Query): ShownListing {
  const client = useClient();
  const [listings] = useState(() => new Listings(client));
  const listing = listings.of(query);
  const listed = useSyncExternalStore(listing.watch, listing.listed);
  const isNew = listed.tiles.length === 0 && listed.state === "resting";
  useEffect(() => {
    if (isNew) listing.more();
  }, [isNew, listing]);
  useEffect(() => {
    const all = (["BLIP", "BLIP2"] as const).map((family) => listings.of({ subject: { kind: "all" }, family }));
    return uploadQueue.onArrival((image) => all.forEach((each) => each.prepend({ image })));
  }, [listings]);
  return { ...listed, more: listing.more, forget: (ids) => listings.removeEverywhere(ids) };
}
