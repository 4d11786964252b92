import { useState, useSyncExternalStore } from "react";
import type { Problem } from "../graph/problem.ts";
import { byteSizeOf } from "./tile.ts";
import { sumsOf, type UploadSums } from "./upload-sums.ts";
import { uploadQueue } from "./uploading.ts";
import type { Uploads } from "./uploads.ts";
import "./upload-panel.css";

/** Files on their way to the gallery, at the foot of the page; nothing while there are none. */
export function UploadPanel(): React.JSX.Element | null {
  const uploads = useSyncExternalStore(uploadQueue.watch, uploadQueue.uploads);
  if (uploads.items.length === 0 && uploads.skipped.length === 0) return null;
  const sums = sumsOf(uploads);
  return (
    <section className="uploads card" aria-label="Uploads">
      <header>
        <h2>{titleOf(uploads, sums)}</h2>
        <Controls uploads={uploads} sums={sums} />
      </header>
      {sums.total > 0 && (
        <>
          <progress
            value={sums.done + sums.failed.length}
            max={sums.total}
            aria-label="Files that have been sent"
            data-failed={sums.failed.length > 0}
          />
          <p className="soft small">
            {sums.done + sums.failed.length} of {sums.total} files · {byteSizeOf(sums.endedBytes)} of{" "}
            {byteSizeOf(sums.bytes)}
          </p>
        </>
      )}
      <Sending sums={sums} />
      <Failed sums={sums} />
      <Skipped paths={uploads.skipped} />
      <p className="visually-hidden" aria-live="polite">
        {titleOf(uploads, sums)}
      </p>
    </section>
  );
}

function titleOf({ pause }: Uploads, { isOver, done, failed, total }: UploadSums): string {
  if (total === 0) return "Nothing to add";
  if (isOver && failed.length > 0) return `${done} added, ${failed.length} failed`;
  if (isOver) return done === 1 ? "1 picture added" : `${done} pictures added`;
  if (pause === "offline") return "The server cannot be reached";
  return pause === "asked" ? "Paused" : `Adding ${total === 1 ? "a picture" : `${total} pictures`}`;
}

function Controls({ uploads, sums }: { readonly uploads: Uploads; readonly sums: UploadSums }): React.JSX.Element {
  const { isOver, failed } = sums;
  return (
    <div className="uploads-controls">
      {!isOver && uploads.pause === "none" && <Control name="Pause" onPress={uploadQueue.pause} />}
      {!isOver && uploads.pause !== "none" && <Control name="Go on" onPress={uploadQueue.goOn} />}
      {failed.length > 0 && <Control name="Try again" onPress={uploadQueue.retry} />}
      {isOver ? (
        <Control name="Close" onPress={uploadQueue.dismiss} />
      ) : (
        <Control name="Cancel" onPress={uploadQueue.cancel} />
      )}
    </div>
  );
}

function Control({ name, onPress }: { readonly name: string; readonly onPress: () => void }): React.JSX.Element {
  return (
    <button type="button" className="button small" onClick={onPress}>
      {name}
    </button>
  );
}

function Sending({ sums: { sending } }: { readonly sums: UploadSums }): React.JSX.Element | null {
  if (sending.length === 0) return null;
  return (
    <ul className="uploads-files small" aria-label="Being sent">
      {sending.map(({ id, path, file }) => (
        <li key={id}>
          <span>{path}</span>
          <span className="soft">{byteSizeOf(file.size)}</span>
        </li>
      ))}
    </ul>
  );
}

/** More would be read by nobody. */
const MAX_SHOWN = 100;

function Failed({ sums: { failed } }: { readonly sums: UploadSums }): React.JSX.Element | null {
  if (failed.length === 0) return null;
  return (
    <ul className="uploads-files uploads-failed small" aria-label="Failed">
      {failed.slice(0, MAX_SHOWN).map(({ id, path, state }) => (
        <li key={id}>
          <strong>{path}</strong>
          {state.kind === "failed" && <span>{reasonOf(state.problem)}</span>}
        </li>
      ))}
      {failed.length > MAX_SHOWN && <li>and {failed.length - MAX_SHOWN} more</li>}
    </ul>
  );
}

/** Files are sent one by one: which of the request's pictures it was says nothing. */
function reasonOf({ reason, message }: Problem): string {
  return reason ?? message;
}

function Skipped({ paths }: { readonly paths: readonly string[] }): React.JSX.Element | null {
  const [isOpen, setOpen] = useState(false);
  if (paths.length === 0) return null;
  return (
    <details className="small" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{paths.length === 1 ? "1 file is no picture" : `${paths.length} files are no pictures`}</summary>
      <ul className="uploads-files">
        {paths.slice(0, MAX_SHOWN).map((path, i) => (
          <li key={`${i} ${path}`}>{path}</li>
        ))}
        {paths.length > MAX_SHOWN && <li>and {paths.length - MAX_SHOWN} more</li>}
      </ul>
    </details>
  );
}
