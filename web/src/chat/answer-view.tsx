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
  const { text, beginning, state } = answer;
  return (
    <div className="said" aria-busy={!isOver(answer)}>
      <p className="said-model small">{beginning?.model.name ?? "\u00a0"}</p>
      {text !== "" && <MarkdownText text={text} />}
      {!isOver(answer) && text === "" && <Waiting answer={answer} />}
      {wasStopped(answer) && <p className="soft small">Stopped{text === "" ? " before it said anything" : ""}.</p>}
      {state.kind === "completed" && state.finishReason === "STOP" && text === "" && (
        <p className="soft">It said nothing.</p>
      )}
      {state.kind === "failed" && <ProblemNotice problem={state.problem} onRetry={onAgain} />}
      <div className="turn-buttons" data-ready={isOver(answer)}>
        <CopyButton text={text} what="the answer" />
        {onAgain && isOver(answer) && (
          <button type="button" className="button small bare" onClick={onAgain}>
            Answer again
          </button>
        )}
        {state.kind === "completed" && <AnswerFigures answer={answer} figures={state} />}
      </div>
    </div>
  );
}

function Gone({ onAgain }: Pick<AnswerViewProps, "onAgain">): React.JSX.Element {
  const problem = { code: "NOT_KEPT", message: "This answer was not kept." };
  return <ProblemNotice problem={problem} onRetry={onAgain} />;
}

function wasStopped({ state }: Answer): boolean {
  return state.kind === "stopped" || (state.kind === "completed" && state.finishReason === "CANCELLED");
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
