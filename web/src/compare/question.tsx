import { useId } from "react";

interface QuestionProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly canAsk: boolean;
  readonly isAsking: boolean;
  readonly onAsk: () => void;
  readonly onStop: () => void;
}

/** What to ask of the picture; nothing has it described. */
export function Question({ value, onChange, canAsk, isAsking, onAsk, onStop }: QuestionProps): React.JSX.Element {
  const id = useId();
  return (
    <form
      className="question"
      onSubmit={(event) => {
        event.preventDefault();
        if (canAsk) onAsk();
      }}
    >
      <label htmlFor={id}>Question</label>
      <input
        id={id}
        className="field"
        placeholder="Nothing asked: they describe the picture"
        autoComplete="off"
        maxLength={1_000}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
      {/* Two buttons, not one that changes: a click that ends in the other would be a click on that one too. */}
      {isAsking ? (
        <button key="stop" type="button" className="button" onClick={onStop}>
          Stop
        </button>
      ) : (
        <button key="ask" type="submit" className="button primary" disabled={!canAsk}>
          {value.trim() === "" ? "Describe" : "Ask"}
        </button>
      )}
    </form>
  );
}
