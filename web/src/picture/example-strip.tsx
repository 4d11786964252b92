import { useEffect, useRef } from "react";
import { useQuery } from "urql";
import { GalleryDocument } from "../graph/generated/graphql.ts";
import type { Picture } from "./picture.ts";

const SHOWN = 24;
const AGAIN_MS = 2_000;
const MAX_AGAIN = 15;

/** The gallery's latest pictures, to begin with; a server that has just been started for the first time puts some there. */
export function ExampleStrip({ onPick }: { readonly onPick: (picture: Picture) => void }): React.JSX.Element {
  const [{ data }, ask] = useQuery({ query: GalleryDocument, variables: { first: SHOWN } });
  const nodes = data?.images.edges.map(({ node }) => node) ?? [];
  const isFull = nodes.length === SHOWN;
  const asked = useRef(0);
  useEffect(() => {
    if (isFull) return;
    const timer = setInterval(() => {
      if (asked.current++ < MAX_AGAIN) ask({ requestPolicy: "network-only" });
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [isFull, ask]);
  return (
    <ul className="examples" aria-label="Pictures of the gallery">
      {nodes.map(({ id, url, thumbnail, caption }, i) => (
        <li key={id}>
          <button type="button" onClick={() => onPick({ kind: "gallery", id, url, caption: caption ?? "" })}>
            <img src={thumbnail} alt={caption ?? `Picture ${i + 1}`} width={72} height={72} loading="lazy" />
          </button>
        </li>
      ))}
    </ul>
  );
}
