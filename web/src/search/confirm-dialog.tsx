import { useEffect, useRef, useState } from "react";
import { ProblemNotice } from "../components/problem-notice.tsx";
import type { Problem } from "../graph/problem.ts";

interface ConfirmDialogProps {
  readonly question: string;
  readonly note: string;
  /** As in "Delete". */
  readonly deed: string;
  /** Does it; resolves to what went wrong, if anything did. */
  readonly onConfirm: () => Promise<Problem | undefined>;
  readonly onClose: () => void;
}

/** Asks before something is done that cannot be undone; closed when it is. */
export function ConfirmDialog({ question, note, deed, onConfirm, onClose }: ConfirmDialogProps): React.JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [state, setState] = useState<"asking" | "doing" | Problem>("asking");
  useEffect(() => {
    if (!dialog.current!.open) dialog.current!.showModal();
  }, []);
  const confirm = async (): Promise<void> => {
    setState("doing");
    const problem = await onConfirm();
    if (problem) setState(problem);
    else onClose();
  };
  return (
    <dialog ref={dialog} className="confirm card" aria-labelledby="confirm-question" onClose={onClose}>
      <h2 id="confirm-question">{question}</h2>
      <p className="soft">{note}</p>
      {typeof state === "object" && <ProblemNotice problem={state} />}
      <div className="confirm-buttons">
        <button type="button" className="button" onClick={onClose}>
          Keep
        </button>
        <button type="button" className="button danger" disabled={state === "doing"} onClick={() => void confirm()}>
          {state === "doing" ? `${deed} …` : deed}
        </button>
      </div>
    </dialog>
  );
}
