import { useState } from "react";
import { useClient } from "urql";
import { ProblemNotice } from "../components/problem-notice.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { PictureGrid } from "./picture-grid.tsx";
import type { Query } from "./query.ts";
import { removePictures } from "./removing.ts";
import { nothingSelected, type Selection, without } from "./selection.ts";
import { SelectionBar } from "./selection-bar.tsx";
import type { ShownListing } from "./use-listings.ts";
import type { FocusWish } from "./use-virtual-rows.ts";
import { Viewer } from "./viewer.tsx";

interface PicturesProps {
  readonly query: Query;
  readonly listing: ShownListing;
  readonly name: string;
}

/** A list of pictures, and what can be done with them: to look at one, to choose some, and to delete. */
export function Pictures({ query: { family }, listing, name }: PicturesProps): React.JSX.Element {
  const client = useClient();
  const [selection, setSelection] = useState<Selection>(nothingSelected);
  const [viewed, setViewed] = useState<number>();
  const [doomed, setDoomed] = useState<readonly string[]>([]);
  const [focus, setFocus] = useState<FocusWish>();
  const { tiles, problem, more } = listing;
  const close = (): void => {
    if (viewed !== undefined) setFocus({ index: viewed });
    setViewed(undefined);
  };
  const remove = async (): ReturnType<typeof removePictures> => {
    const first = tiles.findIndex(({ image }) => doomed.includes(image.id));
    const failed = await removePictures(client, doomed, (gone) => {
      listing.forget(gone);
      setSelection((now) => without(now, gone));
    });
    if (!failed && viewed === undefined) setFocus({ index: first });
    return failed;
  };
  const at = viewed === undefined ? undefined : Math.min(viewed, tiles.length - 1);
  return (
    <>
      <PictureGrid
        listing={listing}
        name={name}
        family={family}
        selection={selection}
        onSelect={setSelection}
        onOpen={setViewed}
        focus={focus}
        onDelete={() => setDoomed([...selection.ids])}
      />
      {problem && <ProblemNotice problem={problem} onRetry={problem.code === "GONE" ? undefined : more} />}
      {selection.ids.size > 0 && (
        <SelectionBar
          count={selection.ids.size}
          onDelete={() => setDoomed([...selection.ids])}
          onClear={() => {
            setFocus({ index: tiles.findIndex(({ image }) => selection.ids.has(image.id)) });
            setSelection(nothingSelected);
          }}
        />
      )}
      {at !== undefined && tiles[at] && (
        <Viewer
          tile={tiles[at]}
          index={at}
          count={tiles.length}
          family={family}
          onGo={(index) => {
            setViewed(index);
            if (index > tiles.length - 5) more();
          }}
          onDelete={() => setDoomed([tiles[at]!.image.id])}
          onClose={close}
        />
      )}
      {doomed.length > 0 && (
        <ConfirmDialog
          question={doomed.length === 1 ? "Delete this picture?" : `Delete ${doomed.length} pictures?`}
          note={doomed.length === 1 ? "It will be gone for good." : "They will be gone for good."}
          deed="Delete"
          onConfirm={remove}
          onClose={() => setDoomed([])}
        />
      )}
    </>
  );
}
