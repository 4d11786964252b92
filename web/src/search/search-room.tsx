import { useCallback } from "react";
import { familyNames, modelsFor } from "../models/families.ts";
import { useModels } from "../models/use-models.ts";
import { goTo, useSearch } from "../use-path.ts";
import { DropTargets } from "./drop-targets.tsx";
import { keepDropped } from "./dropped-picture.ts";
import { FamilyChoice } from "./family-choice.tsx";
import { FileButtons } from "./file-buttons.tsx";
import type { GivenFiles } from "./given-files.ts";
import { Pictures } from "./pictures.tsx";
import { addressOf, queryIn, type Query, searchFamilies } from "./query.ts";
import { SearchBox } from "./search-box.tsx";
import { SubjectLine, titleOf } from "./subject-line.tsx";
import { UploadPanel } from "./upload-panel.tsx";
import { uploadQueue } from "./uploading.ts";
import { useListings } from "./use-listings.ts";
import "./search-room.css";

/** The gallery's pictures: all of them, or those that words or a picture find. */
export function SearchRoom(): React.JSX.Element {
  const query = queryIn(useSearch());
  const { subject, family } = query;
  const listing = useListings(query);
  const families = useServedFamilies();
  const searchByWords = useCallback((text: string) => {
    const now = queryIn(location.search.slice(1));
    if (text === "" && now.subject.kind !== "words") return;
    const next: Query = { ...now, subject: text === "" ? { kind: "all" } : { kind: "words", text } };
    if (addressOf(next) === addressOf(now)) return;
    // Words that are being typed are one step of the browser's history.
    goTo(addressOf(next), now.subject.kind === "words" && text !== "" ? "replace" : "push");
  }, []);
  const searchBy = useCallback(
    (file: File) => goTo(addressOf({ subject: { kind: "dropped", key: keepDropped(file) }, family })),
    [family],
  );
  const add = useCallback(({ pictures, skipped }: GivenFiles) => uploadQueue.add(pictures, skipped), []);
  return (
    <div className="search">
      <h1 className="visually-hidden">Search pictures</h1>
      <div className="search-head">
        <SearchBox text={subject.kind === "words" ? subject.text : ""} onSearch={searchByWords} />
        {families.length > 1 && (
          <FamilyChoice
            families={families}
            chosen={family}
            onChoose={(chosen) => goTo(addressOf({ subject, family: chosen }), "replace")}
          />
        )}
        <FileButtons onSearchBy={searchBy} onAdd={add} />
      </div>
      <SubjectLine query={query} listing={listing} />
      {listing.state === "complete" && listing.tiles.length === 0 ? (
        <Empty query={query} />
      ) : (
        <Pictures key={addressOf(query)} query={query} listing={listing} name={titleOf(query)} />
      )}
      <UploadPanel />
      <DropTargets onSearchBy={searchBy} onAdd={add} />
    </div>
  );
}

/** Families of which a model can embed. */
function useServedFamilies() {
  const { models = [] } = useModels();
  const able = modelsFor("EMBED", models);
  return searchFamilies.filter((family) => able.some((model) => model.family === family));
}

function Empty({ query: { subject, family } }: { readonly query: Query }): React.JSX.Element {
  return (
    <div className="search-empty card">
      {subject.kind === "all" ? (
        <p>There are no pictures yet. Drop some here, or a folder of them.</p>
      ) : (
        <p>{familyNames[family]} has found nothing: it may not have seen the pictures yet.</p>
      )}
    </div>
  );
}
