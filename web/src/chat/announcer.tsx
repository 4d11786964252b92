import { useState } from "react";
import { type Answer, isOver } from "./answer.ts";
import { endOfSentences } from "./sentences.ts";

interface Told {
  readonly generationId: string | undefined;
  /** Characters that were told, and the latest of them. */
  readonly end: number;
  readonly words: string;
}

/** Tells those who do not see the page what is said, by whole sentences. */
export function Announcer({ answer }: { readonly answer: Answer | undefined }): React.JSX.Element {
  const [told, setTold] = useState<Told>(() => untold(answer));
  const next = nextTold(told, answer);
  if (next !== told) setTold(next);
  return (
    <p className="visually-hidden" aria-live="polite" data-announces="answer">
      {told.words}
    </p>
  );
}

/** What was there when the page was opened is not told. */
function untold(answer: Answer | undefined): Told {
  return { generationId: answer?.generationId, end: answer?.text.length ?? 0, words: "" };
}

function nextTold(told: Told, answer: Answer | undefined): Told {
  if (answer === undefined) return told;
  const { generationId, text } = answer;
  if (generationId !== told.generationId) return { generationId, end: 0, words: "" };
  const end = isOver(answer) ? text.length : endOfSentences(text, told.end);
  if (end <= told.end) return told;
  return { generationId, end, words: text.slice(told.end, end).trim() };
}
