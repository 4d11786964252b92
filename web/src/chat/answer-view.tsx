import { CopyButton } from "../components/copy-button.tsx";
import { Elapsed } from "../components/elapsed.tsx";
import { ProblemNotice } from "../components/problem-notice.tsx";
import { shortTime } from "../components/timing-bar.tsx";
import { type Answer, isOver } from "./answer.ts";
import { AnswerFigures } from "./answer-figures.tsx";
import { MarkdownText } from "./markdown-text.tsx";

interface AnswerViewProps {
  readonly answer: Answer | undefined;
  /** Has it answered again; without it that is not offered. */
  readonly onAgain: (() => void) | undefined;
}

/** What the model said so far, what it waits for, and what it took. */
export function AnswerView({ answer, onAgain }: AnswerViewProps): React.JSX.Element {
  if (answer === undefined) return <Gone onAgain={onAgain} />;
  const { text, beginning } = answer;
  return (
    <div className="said" aria-busy={!isOver(answer)}>
      <p className="model-name small" data-family={beginning?.model.family}>
        {beginning?.model.name ?? "\u00a0"}
      </p>
      {text !== "" && <MarkdownText text={text} />}
      {text === "" && !isOver(answer) && <Waiting answer={answer} />}
      <Ending answer={answer} onAgain={onAgain} />
      <Buttons answer={answer} onAgain={onAgain} />
    </div>
  );
}

interface EndProps extends AnswerViewProps {
  readonly answer: Answer;
}

/** How it ended, where that is not plain to see. */
function Ending({ answer: { state, text }, onAgain }: EndProps): React.JSX.Element | null {
  if (state.kind === "failed") {
    return <ProblemNotice problem={state.problem} onRetry={state.retryable ? onAgain : undefined} />;
  }
  if (state.kind === "stopped" || (state.kind === "completed" && state.finishReason === "CANCELLED")) {
    return <p className="soft small">{text === "" ? "Stopped before it said anything." : "Stopped."}</p>;
  }
  return state.kind === "completed" && text === "" ? <p className="soft">It said nothing.</p> : null;
}

/** What can be done with it when it is over; before, their place. */
function Buttons({ answer, onAgain }: EndProps): React.JSX.Element {
  const { state, text } = answer;
  const isOffered = state.kind === "failed" && state.retryable;
  return (
    <div className="turn-buttons" data-ready={isOver(answer)}>
      {text !== "" && <CopyButton text={text} what="the answer" />}
      {onAgain && isOver(answer) && !isOffered && (
        <button type="button" className="button small bare" onClick={onAgain}>
          Answer again
        </button>
      )}
      {state.kind === "completed" && <AnswerFigures answer={answer} figures={state} />}
    </div>
  );
}

function Gone({ onAgain }: Pick<AnswerViewProps, "onAgain">): React.JSX.Element {
  const problem = { code: "NOT_KEPT", message: "This answer was not kept." };
  return <ProblemNotice problem={problem} onRetry={onAgain} />;
}

function Waiting({ answer }: { readonly answer: Answer }): React.JSX.Element {
  return (
    <p className="waiting soft small">
      <span role="status">{whatItWaitsFor(answer)}</span> <Elapsed since={answer.askedAt} />
    </p>
  );
}

function whatItWaitsFor({ state, beginning }: Answer): string {
  if (state.kind === "queued") return placeInQueue(state);
  if (state.kind === "sent") return "Sending…";
  const numTokens = beginning?.promptTokens ?? 0;
  return `Reading ${numTokens} tokens…`;
}

function placeInQueue(state: { readonly position: number; readonly estimatedWaitMs: number }): string {
  const { position, estimatedWaitMs } = state;
  const place = position === 0 ? "Next in the queue" : `${position} before this one in the queue`;
  return estimatedWaitMs > 0 ? `${place}, about ${shortTime(estimatedWaitMs)}…` : `${place}…`;
}
