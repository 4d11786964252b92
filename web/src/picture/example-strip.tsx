import { useQuery } from "urql";
import { GalleryDocument } from "../graph/generated/graphql.ts";
import type { Picture } from "./picture.ts";

const SHOWN = 24;

/** The gallery's latest pictures, to begin with. */
export function ExampleStrip({ onPick }: { readonly onPick: (picture: Picture) => void }): React.JSX.Element {
  const [{ data }] = useQuery({ query: GalleryDocument, variables: { first: SHOWN } });
  const nodes = data?.images.edges.map(({ node }) => node) ?? [];
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
