import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { keepKey } from "./kept-key.ts";
import { openSession } from "./session.ts";
import "./key-dialog.css";

type State = "asking" | "checking" | "refused" | "unreachable";

const problems: Readonly<Partial<Record<State, string>>> = {
  refused: "The server does not know this key.",
  unreachable: "The server could not be asked. Try again.",
};

/** Asks for the key without which the server answers nothing; the page begins anew with it. There is no way around it. */
export function KeyDialog(): React.JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [key, setKey] = useState("");
  const [state, setState] = useState<State>("asking");
  useEffect(() => {
    if (!dialog.current!.open) dialog.current!.showModal();
  }, []);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setState("checking");
    const answer = await openSession(key.trim());
    if (answer === "opened") {
      keepKey(key.trim());
      location.reload();
    } else setState(answer);
  };
  return (
    <dialog
      ref={dialog}
      className="key-dialog card"
      aria-labelledby="key-title"
      aria-describedby="key-note"
      onCancel={(event) => event.preventDefault()}
    >
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="key-title">Your key</h2>
        <p id="key-note" className="soft">
          This server answers those whom it knows. Whoever runs it gave you a key, or can. It stays in this tab, and is
          forgotten with it.
        </p>
        <label className="visually-hidden" htmlFor="key">
          Key
        </label>
        <input
          id="key"
          className="field"
          type="password"
          autoComplete="off"
          spellCheck={false}
          autoFocus
          required
          placeholder="tt_…"
          value={key}
          aria-invalid={state === "refused"}
          onChange={({ target }) => setKey(target.value)}
        />
        <p className="key-problem small" role="alert">
          {problems[state]}
        </p>
        <button type="submit" className="button primary" disabled={state === "checking" || key.trim() === ""}>
          {state === "checking" ? "One moment …" : "Continue"}
        </button>
      </form>
    </dialog>
  );
}
