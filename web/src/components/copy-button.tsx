import { useEffect, useState } from "react";

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, as in "Copy the answer". */
  readonly what: string;
}

const SHOWN_MS = 1_500;

export function CopyButton({ text, what }: CopyButtonProps): React.JSX.Element {
  const [state, setState] = useState<"ready" | "copied" | "refused">("ready");
  useEffect(() => {
    if (state === "ready") return;
    const timer = setTimeout(() => setState("ready"), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = (): void => {
    write(text).then(
      () => setState("copied"),
      () => setState("refused"),
    );
  };
  const names = { ready: "Copy", copied: "Copied", refused: "Not allowed" } as const;
  return (
    <button type="button" className="button small bare" aria-label={`Copy ${what}`} onClick={copy}>
      <span aria-live="polite">{names[state]}</span>
    </button>
  );
}

/** Rejects also where the page is on no secure origin, and there is no clipboard at all. */
async function write(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}
