import { type InputHTMLAttributes, useRef } from "react";
import { type GivenFiles, pickedFiles } from "./given-files.ts";

interface FileButtonsProps {
  readonly onSearchBy: (file: File) => void;
  readonly onAdd: (files: GivenFiles) => void;
}

/** Pictures of one's own: one to search by, or some, or a folder of them, to add. */
export function FileButtons({ onSearchBy, onAdd }: FileButtonsProps): React.JSX.Element {
  return (
    <div className="file-buttons">
      <FileButton name="Search by a picture" accept="image/*" onFiles={([file]) => file && onSearchBy(file)} />
      <FileButton name="Add pictures" multiple accept="image/*" onFiles={(files) => onAdd(pickedFiles(files))} />
      <FileButton name="Add a folder" webkitdirectory="" onFiles={(files) => onAdd(pickedFiles(files))} />
    </div>
  );
}

interface FileButtonProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly name: string;
  /** Empty: takes a folder with all that is in it. React's types do not know it. */
  readonly webkitdirectory?: "";
  readonly onFiles: (files: readonly File[]) => void;
}

function FileButton({ name, onFiles, ...attributes }: FileButtonProps): React.JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className="button" onClick={() => input.current?.click()}>
        {name}
      </button>
      <input
        ref={input}
        type="file"
        aria-label={name}
        hidden
        onChange={({ target }) => {
          const files = [...(target.files ?? [])];
          target.value = "";
          if (files.length > 0) onFiles(files);
        }}
        {...attributes}
      />
    </>
  );
}
