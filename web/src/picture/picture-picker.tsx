import { useId, useRef, useState } from "react";
import { Camera } from "./camera.tsx";
import { ExampleStrip } from "./example-strip.tsx";
import { isPicture, picturesOf } from "./files.ts";
import type { Picture } from "./picture.ts";
import { useGivenFiles } from "./use-given-files.ts";
import "./picture-picker.css";

interface PickerProps {
  readonly onPick: (pictures: readonly Picture[]) => void;
  /** Whether several may be picked at once. */
  readonly multiple?: boolean;
}

/** All ways to give a picture: drop and paste anywhere, pick a file, the camera, an address, an example. */
export function PicturePicker({ onPick, multiple = false }: PickerProps): React.JSX.Element {
  const [refusal, setRefusal] = useState<string>();
  const [isFilming, setFilming] = useState(false);
  const takeFiles = (files: readonly File[]): void => {
    const taken = files.filter(isPicture).slice(0, multiple ? undefined : 1);
    setRefusal(taken.length === 0 ? "That is no picture: PNG, JPEG, WebP, GIF and AVIF are." : undefined);
    if (taken.length > 0) onPick(taken.map((file) => ({ kind: "file", file })));
  };
  const isDragging = useGivenFiles({ onDrop: (transfer) => takeFiles(picturesOf(transfer)), onPaste: takeFiles });
  return (
    <div className="picker" data-dragging={isDragging}>
      <div className="picker-ways">
        <FileButton takeFiles={takeFiles} multiple={multiple} />
        <button type="button" className="button" onClick={() => setFilming(true)}>
          Camera
        </button>
        <AddressField onPick={(url) => onPick([{ kind: "url", url }])} />
      </div>
      <p className="soft small">Or drop one anywhere on this page, or paste it.</p>
      {refusal !== undefined && (
        <p role="alert" className="picker-refusal">
          {refusal}
        </p>
      )}
      {isFilming && <Camera onPicture={(file) => takeFiles([file])} onClose={() => setFilming(false)} />}
      <ExampleStrip onPick={(picture) => onPick([picture])} />
    </div>
  );
}

interface FileButtonProps {
  readonly takeFiles: (files: readonly File[]) => void;
  readonly multiple: boolean;
}

function FileButton({ takeFiles, multiple }: FileButtonProps): React.JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className="button primary" onClick={() => input.current?.click()}>
        Choose a picture
      </button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        aria-label="Choose a picture"
        multiple={multiple}
        hidden
        onChange={({ target }) => {
          takeFiles([...(target.files ?? [])]);
          target.value = "";
        }}
      />
    </>
  );
}

function AddressField({ onPick }: { readonly onPick: (url: string) => void }): React.JSX.Element {
  const id = useId();
  const [url, setUrl] = useState("");
  return (
    <form
      className="picker-address"
      onSubmit={(event) => {
        event.preventDefault();
        onPick(url);
        setUrl("");
      }}
    >
      <label htmlFor={id} className="visually-hidden">
        Address of a picture
      </label>
      <input
        id={id}
        className="field"
        type="url"
        required
        pattern="https?://.+"
        placeholder="https://… address of a picture"
        value={url}
        onChange={({ target }) => setUrl(target.value)}
      />
      <button type="submit" className="button" disabled={url === ""}>
        Use
      </button>
    </form>
  );
}
