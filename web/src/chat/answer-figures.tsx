import { shortTime, TimingBar } from "../components/timing-bar.tsx";
import type { FinishReason } from "../graph/generated/graphql.ts";
import type { Answer, Figures } from "./answer.ts";

const endings: Readonly<Record<FinishReason, string>> = {
  STOP: "the model ended it",
  LENGTH: "cut at its length",
  CANCELLED: "stopped",
};

interface AnswerFiguresProps {
  readonly answer: Answer;
  readonly figures: Figures;
}

/** What an answer took: in short, and unfolded in full. */
export function AnswerFigures({ answer, figures }: AnswerFiguresProps): React.JSX.Element {
  const { timing, completionTokens, promptTokens, finishReason } = figures;
  const rows = {
    Ended: endings[finishReason],
    "First text after": timeToFirstText(answer),
    Prompt: `${promptTokens} tokens${reused(answer)}`,
    Pictures: timing.imageCacheHit || answer.beginning?.imageCacheHit ? "known already" : "seen anew",
    Speed: speedOf(figures),
  };
  return (
    <details className="answer-figures small">
      <summary>
        {completionTokens} {completionTokens === 1 ? "token" : "tokens"} in {shortTime(timing.totalMs)}
      </summary>
      <dl>
        {Object.entries(rows).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <TimingBar timing={timing} />
    </details>
  );
}

function reused({ beginning }: Answer): string {
  return beginning && beginning.reusedTokens > 0 ? `, ${beginning.reusedTokens} of them known already` : "";
}

function timeToFirstText({ askedAt, firstTextAt }: Answer): string {
  return firstTextAt === undefined ? "–" : shortTime(firstTextAt - askedAt);
}

function speedOf({ completionTokens, timing }: Figures): string {
  return timing.decodeMs > 0 ? `${((completionTokens * 1_000) / timing.decodeMs).toFixed(1)} tokens/s` : "–";
}
