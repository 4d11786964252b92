import { useQuery } from "urql";
import { Link } from "../components/link.tsx";
import { PictureDocument } from "../graph/generated/graphql.ts";
import { useObjectUrl } from "../picture/use-object-url.ts";
import { droppedPicture } from "./dropped-picture.ts";
import { addressOf, type Query } from "./query.ts";
import { Thumbnail } from "./thumbnail.tsx";
import { altOf } from "./tile.ts";
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

/** For a search, how many have come: it orders all pictures, and has no end of its own. */
function countOf({ tiles, total, state }: ShownListing, kind: Query["subject"]["kind"]): string {
  if (state === "loading" && tiles.length === 0) return kind === "all" ? "Loading …" : "Searching …";
  if (total !== undefined) return total === 1 ? "1 picture" : `${total.toLocaleString()} pictures`;
  if (tiles.length === 0) return "";
  return state === "complete" ? `${tiles.length} pictures, best first` : "best first";
}

function GalleryPicture({ id }: { readonly id: string }): React.JSX.Element | null {
  const [{ data }] = useQuery({ query: PictureDocument, variables: { id } });
  if (data?.node?.__typename !== "Image") return null;
  return (
    <span className="subject-picture">
      <Thumbnail key={id} src={data.node.thumbnail} alt={altOf(data.node)} />
    </span>
  );
}

function DroppedPicture({ file }: { readonly file: File | undefined }): React.JSX.Element | null {
  const url = useObjectUrl(file);
  if (!file || url === undefined) return null;
  return (
    <span className="subject-picture">
      <img src={url} alt={file.name} />
    </span>
  );
}
