import type { StickToEnd } from "./use-stick-to-end.ts";

interface LogProps {
  readonly stick: StickToEnd;
  readonly children: React.ReactNode;
}

/** Questions and answers, the latest in sight; what is said is read out elsewhere, by sentences. */
export function Log({ stick, children }: LogProps): React.JSX.Element {
  // The button goes, and the focus with it, if it does not go elsewhere.
  const jump = (): void => {
    stick.log.current?.focus({ preventScroll: true });
    stick.goToEnd();
  };
  return (
    <div className="log-frame">
      <div ref={stick.log} className="log" role="log" aria-live="off" aria-label="Questions and answers" tabIndex={0}>
        <div ref={stick.content} className="log-content">
          {children}
        </div>
      </div>
      {!stick.isAtEnd && (
        <button type="button" className="button small to-end" onClick={jump}>
          Jump to the latest
        </button>
      )}
    </div>
  );
}
