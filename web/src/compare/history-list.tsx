import { nameOf } from "../picture/picture.ts";
import { PictureView } from "../picture/picture-view.tsx";
import type { Asked } from "./asked.ts";

interface HistoryListProps {
  readonly kept: readonly Asked[];
  readonly onShow: (asked: Asked) => void;
  readonly onClear: () => void;
}

/** What was compared before; a click brings it back as it was answered. */
export function HistoryList({ kept, onShow, onClear }: HistoryListProps): React.JSX.Element | null {
  if (kept.length === 0) return null;
  return (
    <section className="history" aria-labelledby="history">
      <header>
        <h2 id="history">Before</h2>
        <button type="button" className="button small bare" onClick={onClear}>
          Forget all
        </button>
      </header>
      <ol>
        {kept.map((asked) => (
          <li key={asked.id}>
            <button type="button" className="card" onClick={() => onShow(asked)}>
              <span className="history-picture">
                <PictureView picture={asked.picture} />
              </span>
              <span className="history-text">
                <strong>{asked.question === "" ? "Described" : asked.question}</strong>
                <span className="soft">{summaryOf(asked)}</span>
              </span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function summaryOf(asked: Asked): string {
  const texts = Object.values(asked.said).flatMap(({ text }) => text ?? []);
  return texts.length === 0 ? nameOf(asked.picture) : texts.join(" · ");
}
