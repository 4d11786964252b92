import { useEffect, useState } from "react";
import type { Problem } from "../graph/problem.ts";
import "./problem-notice.css";

interface ProblemNoticeProps {
  readonly problem: Problem;
  /** Asks again; without it there is nothing to press. */
  readonly onRetry?: (() => void) | undefined;
}

const advice: Readonly<Partial<Record<string, string>>> = {
  OFFLINE: "It may be starting, or the network is down. Nothing is lost: try again.",
  OVERLOADED: "The server has more to do than it can do in time.",
  MODEL_UNAVAILABLE: "The model is loading, or could not be loaded.",
  IMAGE_UNREADABLE: "PNG, JPEG, WebP, GIF and AVIF can be read.",
  DEADLINE_EXCEEDED: "It took too long. With less to do, the server may make it.",
};

/** What went wrong, what that means, and the way out of it: where the server said how long to wait, after that. */
export function ProblemNotice({ problem, onRetry }: ProblemNoticeProps): React.JSX.Element {
  const waitSeconds = useCountdown(problem);
  return (
    <div className="problem" role="alert">
      <p>{problem.message}</p>
      {advice[problem.code] !== undefined && <p className="small">{advice[problem.code]}</p>}
      {onRetry && (
        <button type="button" className="button small" onClick={onRetry} disabled={waitSeconds > 0}>
          {waitSeconds > 0 ? `Try again in ${waitSeconds} s` : "Try again"}
        </button>
      )}
    </div>
  );
}

/** Whole seconds until it is worth trying again. */
function useCountdown(problem: Problem): number {
  const [counted, setCounted] = useState({ problem, passed: 0 });
  useEffect(() => {
    const timer = setInterval(
      () => setCounted((last) => ({ problem, passed: last.problem === problem ? last.passed + 1 : 1 })),
      1_000,
    );
    return () => clearInterval(timer);
  }, [problem]);
  const passed = counted.problem === problem ? counted.passed : 0;
  return Math.max(0, Math.ceil((problem.retryAfterMs ?? 0) / 1_000) - passed);
}
