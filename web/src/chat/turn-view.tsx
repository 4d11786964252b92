import { memo } from "react";
import { CopyButton } from "../components/copy-button.tsx";
import type { Answer } from "./answer.ts";
import { AnswerView } from "./answer-view.tsx";
import { Composer } from "./composer.tsx";
import type { Question, Turn } from "./conversation.ts";
import { Thumbnails } from "./thumbnails.tsx";
import type { TurnActions } from "./use-turn-actions.ts";
import "./turn-view.css";

interface TurnViewProps {
  readonly turn: Turn;
  /** Undefined where it was not kept. */
  readonly answer: Answer | undefined;
  readonly place: "last" | "earlier";
  /** How many pictures its question may show. */
  readonly picturesLeft: number;
  readonly isEdited: boolean;
  readonly actions: TurnActions;
}

/** A question and its answer. While an answer comes, those that stand are not drawn again. */
export const TurnView = memo(function TurnView(props: TurnViewProps): React.JSX.Element {
  const { turn, answer, place, picturesLeft, isEdited, actions } = props;
  return (
    <article className="turn" aria-label={turn.question.text || "A picture"}>
      {isEdited ? (
        <Composer
          purpose="edit"
          initial={turn.question}
          picturesLeft={picturesLeft}
          canSend
          onSend={(question) => actions.askInstead(turn, question)}
          onCancel={actions.leaveEdit}
        />
      ) : (
        <Asked question={turn.question} onEdit={() => actions.edit(turn)} />
      )}
      <AnswerView answer={answer} onAgain={place === "last" ? () => actions.answerAgain(turn) : undefined} />
    </article>
  );
});

function Asked({ question, onEdit }: { readonly question: Question; readonly onEdit: () => void }): React.JSX.Element {
  return (
    <div className="asked">
      <Thumbnails pictures={question.pictures} />
      {question.text !== "" && <p>{question.text}</p>}
      <div className="turn-buttons">
        <button type="button" className="button small bare" onClick={onEdit}>
          Edit
        </button>
        {question.text !== "" && <CopyButton text={question.text} what="the question" />}
      </div>
    </div>
  );
}
