import { useEffect, useState } from "react";

const STEP_MS = 100;

/** Seconds since then, counting; not read out, since it never rests. */
export function Elapsed({ since }: { readonly since: number }): React.JSX.Element {
  const [now, setNow] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), STEP_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="elapsed" aria-hidden="true">
      {(Math.max(0, now - since) / 1_000).toFixed(1)} s
    </span>
  );
}
