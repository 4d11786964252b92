import type { TimingPartsFragment } from "../graph/generated/graphql.ts";
import "./timing-bar.css";

const parts = [
  { key: "queueMs", name: "waiting" },
  { key: "preprocessMs", name: "reading the picture" },
  { key: "encodeMs", name: "seeing" },
  { key: "decodeMs", name: "writing" },
] as const;

/** Where an answer's time went: a bar of its parts, and the same in words. */
export function TimingBar({ timing }: { readonly timing: TimingPartsFragment }): React.JSX.Element {
  const shown = parts.map(({ key, name }) => ({ name, key, ms: timing[key] })).filter(({ ms }) => ms >= 0.5);
  return (
    <figure className="timing">
      <div className="timing-bar" aria-hidden="true">
        {shown.map(({ key, ms }) => (
          <span key={key} data-part={key} style={{ flexGrow: ms }} />
        ))}
      </div>
      <figcaption>
        <ul>
          {shown.map(({ key, name, ms }) => (
            <li key={key} data-part={key}>
              {name} {shortTime(ms)}
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}

/** 12 ms, 1.2 s, 34 s */
export function shortTime(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}
