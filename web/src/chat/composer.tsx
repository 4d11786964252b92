import { type KeyboardEvent, type Ref, useState } from "react";
import type { Picture } from "../picture/picture.ts";
import { PicturePicker } from "../picture/picture-picker.tsx";
import { MAX_PICTURES, type Question } from "./conversation.ts";
import { DropPlace } from "./drop-place.tsx";
import { Thumbnails } from "./thumbnails.tsx";
import "./composer.css";

interface ComposerProps {
  readonly ref?: Ref<HTMLTextAreaElement>;
  readonly purpose: "ask" | "edit";
  readonly initial?: Question;
  /** How many pictures may be shown. */
  readonly picturesLeft: number;
  readonly canSend: boolean;
  readonly onSend: (question: Question) => void;
  /** Where something is being answered. */
  readonly onStop?: (() => void) | undefined;
  readonly onCancel?: () => void;
  readonly onEditLast?: () => void;
}

const none: Question = { text: "", pictures: [] };

/** Where a question is written, with its pictures. */
export function Composer(props: ComposerProps): React.JSX.Element {
  const { ref, purpose, initial = none, picturesLeft, canSend, onSend, onStop, onCancel, onEditLast } = props;
  const [{ text, pictures }, setQuestion] = useState(initial);
  const [isPicking, setPicking] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const isEmpty = text.trim() === "" && pictures.length === 0;
  const send = (): void => {
    if (!canSend || isEmpty) return;
    onSend({ text: text.trim(), pictures });
    setQuestion(none);
    setPicking(false);
    setRefusal(undefined);
  };
  const pick = (picked: readonly Picture[]): void => {
    const shown = [...pictures, ...picked];
    setQuestion({ text, pictures: shown.slice(0, picturesLeft) });
    setRefusal(shown.length > picturesLeft ? `A conversation shows up to ${MAX_PICTURES} pictures.` : undefined);
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === "ArrowUp" && text === "" && onEditLast) {
      event.preventDefault();
      onEditLast();
    } else if (event.key === "Escape" && onCancel) {
      event.preventDefault();
      onCancel();
    }
  };
  return (
    <form
      className="composer"
      data-purpose={purpose}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {purpose === "ask" && (isPicking ? <PicturePicker onPick={pick} multiple /> : <DropPlace onPick={pick} />)}
      {refusal !== undefined && (
        <p role="alert" className="picker-refusal small">
          {refusal}
        </p>
      )}
      <Thumbnails
        pictures={pictures}
        onRemove={(gone) => setQuestion({ text, pictures: pictures.filter((each) => each !== gone) })}
      />
      <textarea
        ref={ref}
        className="field"
        aria-label={purpose === "ask" ? "Question" : "Change the question"}
        placeholder="Ask about pictures"
        rows={1}
        maxLength={20_000}
        autoFocus
        value={text}
        onChange={({ target }) => setQuestion({ text: target.value, pictures })}
        onKeyDown={pressed}
      />
      <div className="composer-buttons">
        {purpose === "ask" ? (
          <button type="button" className="button" aria-expanded={isPicking} onClick={() => setPicking(!isPicking)}>
            {isPicking ? "No more pictures" : "Add pictures"}
          </button>
        ) : (
          <button type="button" className="button" onClick={onCancel}>
            Cancel
          </button>
        )}
        {onStop ? (
          <button type="button" className="button" onClick={onStop}>
            Stop
          </button>
        ) : (
          <button type="submit" className="button primary" disabled={!canSend || isEmpty}>
            {purpose === "ask" ? "Send" : "Send again"}
          </button>
        )}
      </div>
    </form>
  );
}
