import { CopyButton } from "../components/copy-button.tsx";
import { Elapsed } from "../components/elapsed.tsx";
import { ProblemNotice } from "../components/problem-notice.tsx";
import { shortTime, TimingBar } from "../components/timing-bar.tsx";
import type { ModelFamily, ModelPartsFragment } from "../graph/generated/graphql.ts";
import { familyNames, familyNotes } from "../models/families.ts";
import type { AskedModel, Said } from "./asked.ts";
import { NOBODY } from "./choice.ts";

export type ColumnState =
  | { readonly kind: "idle" }
  /** `since`: as a number of Date. */
  | { readonly kind: "waiting"; readonly model: AskedModel; readonly since: number }
  | { readonly kind: "said"; readonly said: Said };

interface AnswerColumnProps {
  readonly family: ModelFamily;
  readonly state: ColumnState;
  /** Of the family, that can do what is to be asked. */
  readonly models: readonly ModelPartsFragment[];
  readonly chosen: ModelPartsFragment | undefined;
  readonly onChoose: (id: string) => void;
  readonly onRetry: () => void;
}

/** What one family says, and what it took. */
export function AnswerColumn(props: AnswerColumnProps): React.JSX.Element {
  const { family, state, onRetry } = props;
  return (
    <article
      className="column card"
      data-family={family}
      aria-labelledby={`family-${family}`}
      aria-busy={state.kind === "waiting"}
    >
      <header>
        <h2 id={`family-${family}`}>{familyNames[family]}</h2>
        <ModelChoice {...props} />
      </header>
      <div className="column-text" aria-live="polite">
        {state.kind === "idle" && <p className="soft small">{familyNotes[family]}</p>}
        {state.kind === "waiting" && <Waiting since={state.since} />}
        {state.kind === "said" && <Text said={state.said} onRetry={onRetry} />}
      </div>
      <footer>{state.kind === "said" && <Figures said={state.said} family={family} />}</footer>
    </article>
  );
}

function ModelChoice({ family, models, chosen, onChoose }: AnswerColumnProps): React.JSX.Element {
  if (models.length === 0) return <p className="soft small">Not served</p>;
  return (
    <select
      className="column-model"
      aria-label={`Model of ${familyNames[family]}`}
      value={chosen?.id ?? NOBODY}
      onChange={({ target }) => onChoose(target.value)}
    >
      {models.map(({ id, name, state }) => (
        <option key={id} value={id}>
          {state === "READY" ? name : `${name} (${state.toLowerCase()})`}
        </option>
      ))}
      <option value={NOBODY}>Not asked</option>
    </select>
  );
}

function Waiting({ since }: { readonly since: number }): React.JSX.Element {
  return (
    <>
      <div className="skeleton" aria-hidden="true">
        <span />
        <span />
      </div>
      <p className="soft small">
        <span className="visually-hidden">Waiting for the answer</span>
        <Elapsed since={since} />
      </p>
    </>
  );
}

function Text({ said, onRetry }: { readonly said: Said; readonly onRetry: () => void }): React.JSX.Element {
  if (said.error)
    return (
      <ProblemNotice
        problem={{ ...said.error, retryAfterMs: said.error.retryAfterMs ?? undefined }}
        onRetry={onRetry}
      />
    );
  return <p className="answer">{said.text === "" ? <em className="soft">It said nothing.</em> : said.text}</p>;
}

function Figures({ said, family }: { readonly said: Said; readonly family: ModelFamily }): React.JSX.Element | null {
  const { timing, tokens, text, finishReason } = said;
  if (!timing) return null;
  return (
    <>
      <p className="figures">
        <strong>{shortTime(timing.totalMs)}</strong>
        <span>
          {tokens} {tokens === 1 ? "token" : "tokens"}
        </span>
        {finishReason === "LENGTH" && <span className="badge">cut at its length</span>}
        <span className="badge">{timing.imageCacheHit ? "picture known already" : "picture seen anew"}</span>
        <CopyButton text={text ?? ""} what={`what ${familyNames[family]} said`} />
      </p>
      <TimingBar timing={timing} />
    </>
  );
}
