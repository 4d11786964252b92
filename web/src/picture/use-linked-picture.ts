import { useMemo } from "react";
import { useQuery } from "urql";
import { PictureByIdDocument } from "../graph/generated/graphql.ts";
import { useSearch } from "../use-path.ts";
import type { Picture } from "./picture.ts";

/** The gallery's picture that the page's address names, as `?image=ID`; undefined without one, and until it is known. */
export function useLinkedPicture(): Picture | undefined {
  const id = new URLSearchParams(useSearch()).get("image");
  const [{ data }] = useQuery({ query: PictureByIdDocument, variables: { id: id ?? "" }, pause: id === null });
  const found = data?.node;
  return useMemo(() => {
    if (found?.__typename !== "Image" || id === null) return undefined;
    return { kind: "gallery", id, url: found.url, caption: found.caption ?? "" };
  }, [found, id]);
}
