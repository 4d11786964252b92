import { useQuery } from "urql";
import { Link } from "../components/link.tsx";
import { PictureByIdDocument } from "../graph/generated/graphql.ts";
import { useObjectUrl } from "../picture/use-object-url.ts";
import { droppedPicture } from "./dropped-picture.ts";
import { addressOf, type Query } from "./query.ts";
import { Thumbnail } from "./thumbnail.tsx";
import { relevanceEnd } from "./tile.ts";
import type { ShownListing } from "./use-listings.ts";

interface SubjectLineProps {
  readonly query: Query;
  readonly listing: ShownListing;
}

/** What the pictures below are, how many, and the way back to all of them. */
export function SubjectLine({ query, listing }: SubjectLineProps): React.JSX.Element {
  const { subject, family } = query;
  return (
    <div className="subject">
      {subject.kind === "similar" && <GalleryPicture id={subject.id} />}
      {subject.kind === "dropped" && <DroppedPicture file={droppedPicture(subject.key)} />}
      <h2>{titleOf(query)}</h2>
      <p className="soft" role="status">
        {countOf(listing, subject.kind)}
      </p>
      {subject.kind !== "all" && (
        <Link className="button small" to={addressOf({ subject: { kind: "all" }, family })}>
          All pictures
        </Link>
      )}
    </div>
  );
}

export function titleOf({ subject }: Query): string {
  switch (subject.kind) {
    case "all":
      return "All pictures";
    case "words":
      return `“${subject.text}”`;
    case "similar":
      return "Pictures like this one";
    case "dropped":
      return "Pictures like yours";
  }
}

/** A search orders all pictures and has no end of its own: how many of them likely match says more than how many came. */
function countOf({ tiles, total, state }: ShownListing, kind: Query["subject"]["kind"]): string {
  if (state === "loading" && tiles.length === 0) return kind === "all" ? "Loading …" : "Searching …";
  if (total !== undefined) return total === 1 ? "1 picture" : `${total.toLocaleString()} pictures`;
  if (tiles.length === 0) return "";
  const numLikely = relevanceEnd(tiles);
  if (numLikely === undefined) return "best first";
  return numLikely === 1 ? "1 likely match" : `${numLikely === 0 ? "no" : numLikely} likely matches`;
}

function GalleryPicture({ id }: { readonly id: string }): React.JSX.Element {
  const [{ data }] = useQuery({ query: PictureByIdDocument, variables: { id } });
  const image = data?.node?.__typename === "Image" ? data.node : undefined;
  return (
    <span className="subject-picture">
      {image && <Thumbnail key={id} src={image.thumbnail} alt={image.caption ?? "The picture to be like"} />}
    </span>
  );
}

function DroppedPicture({ file }: { readonly file: File | undefined }): React.JSX.Element | null {
  const url = useObjectUrl(file);
  if (!file) return null;
  return <span className="subject-picture">{url !== undefined && <img src={url} alt={file.name} />}</span>;
}
