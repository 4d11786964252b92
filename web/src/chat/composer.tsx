import { type Ref, useState } from "react";
import { PicturePicker } from "../picture/picture-picker.tsx";
import { composerKeys } from "./composer-keys.ts";
import type { Question } from "./conversation.ts";
import { DropPlace } from "./drop-place.tsx";
import { Thumbnails } from "./thumbnails.tsx";
import { useDraft } from "./use-draft.ts";
import "./composer.css";

/** What the server takes of one message, in characters. */
const MAX_LENGTH = 20_000;

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

/** Where a question is written, with its pictures. */
export function Composer(props: ComposerProps): React.JSX.Element {
  const { ref, purpose, initial, picturesLeft, canSend, onSend, onCancel, onEditLast } = props;
  const { question, isEmpty, refusal, write, add, remove, clear } = useDraft(initial, picturesLeft);
  const [isPicking, setPicking] = useState(false);
  const send = (): void => {
    if (!canSend || isEmpty) return;
    onSend({ ...question, text: question.text.trim() });
    clear();
    setPicking(false);
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
      {purpose === "ask" && (isPicking ? <PicturePicker onPick={add} multiple /> : <DropPlace onPick={add} />)}
      {refusal !== undefined && (
        <p role="alert" className="picker-refusal small">
          {refusal}
        </p>
      )}
      <Thumbnails pictures={question.pictures} onRemove={remove} />
      <textarea
        ref={ref}
        className="field"
        aria-label={purpose === "ask" ? "Question" : "Change the question"}
        placeholder="Ask about pictures"
        rows={1}
        maxLength={MAX_LENGTH}
        autoFocus
        value={question.text}
        onChange={({ target }) => write(target.value)}
        onKeyDown={composerKeys({ onEnter: send, onEscape: onCancel, onUp: onEditLast })}
      />
      <Buttons {...props} isPicking={isPicking} setPicking={setPicking} canSend={canSend && !isEmpty} />
    </form>
  );
}

interface ButtonsProps extends ComposerProps {
  readonly isPicking: boolean;
  readonly setPicking: (isPicking: boolean) => void;
}

function Buttons({ purpose, isPicking, setPicking, canSend, onStop, onCancel }: ButtonsProps): React.JSX.Element {
  return (
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
        <button type="submit" className="button primary" disabled={!canSend}>
          {purpose === "ask" ? "Send" : "Send again"}
        </button>
      )}
    </div>
  );
}
