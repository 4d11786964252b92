interface SelectionBarProps {
  readonly count: number;
  readonly onDelete: () => void;
  readonly onClear: () => void;
}

/** What can be done with the chosen pictures, at the foot of the page. */
export function SelectionBar({ count, onDelete, onClear }: SelectionBarProps): React.JSX.Element {
  return (
    <section className="selection-bar card" aria-label="Selection">
      <p aria-live="polite">
        <strong>{count}</strong> selected
      </p>
      <button type="button" className="button small danger" onClick={onDelete}>
        Delete
      </button>
      <button type="button" className="button small" onClick={onClear}>
        Clear
      </button>
    </section>
  );
}
