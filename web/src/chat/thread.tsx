import { useMemo, useRef, useState } from "react";
import { isOver } from "./answer.ts";
import { Announcer } from "./announcer.tsx";
import type { Chats } from "./chats.ts";
import { Composer } from "./composer.tsx";
import { ConnectionLine } from "./connection-line.tsx";
import { type Conversation, MAX_TURNS, picturesLeft, type Question, titleOf, type Turn } from "./conversation.ts";
import { EmptyThread } from "./empty-thread.tsx";
import { type ChatSettings, withNewSeed } from "./settings.ts";
import { type TurnActions, TurnView } from "./turn-view.tsx";
import { useEscape } from "./use-escape.ts";
import { useStickToEnd } from "./use-stick-to-end.ts";
import { useWatched } from "./watched.ts";

interface ThreadProps {
  readonly id: string;
  readonly chats: Chats;
  /** Undefined before its first question. */
  readonly conversation: Conversation | undefined;
  /** Undefined where no model can answer. */
  readonly settings: ChatSettings | undefined;
  /** Told of its first question. */
  readonly onBegun: () => void;
}

/** A conversation, and where to go on with it. */
export function Thread({ id, chats, conversation, settings, onBegun }: ThreadProps): React.JSX.Element {
  const answers = useWatched(chats.answers.all);
  const connection = useWatched(chats.answers.connection);
  const [editedId, setEditedId] = useState<string>();
  const composer = useRef<HTMLTextAreaElement>(null);
  const turns = conversation?.turns ?? [];
  const last = turns.at(-1);
  const lastAnswer = last && answers[last.generationId];
  const isAnswering = lastAnswer !== undefined && !isOver(lastAnswer);
  const { log, end, isAtEnd, goToEnd } = useStickToEnd();
  const stop = (): void => void (last && chats.answers.stop(last.generationId));
  useEscape(isAnswering ? stop : undefined);

  const ask = (question: Question): void => {
    if (settings === undefined) return;
    chats.ask(id, question, settings);
    composer.current?.focus();
    goToEnd();
    if (turns.length === 0) onBegun();
  };
  const actions = useMemo((): TurnActions => {
    const leaveEdit = (): void => {
      setEditedId(undefined);
      composer.current?.focus();
    };
    const askInstead = (turn: Turn, question: Question, how: ChatSettings | undefined): void => {
      if (how) chats.askInstead(id, turn.generationId, question, how);
      leaveEdit();
    };
    return {
      edit: (turn) => setEditedId(turn.generationId),
      leaveEdit,
      askInstead: (turn, question) => askInstead(turn, question, settings),
      answerAgain: (turn) => askInstead(turn, turn.question, settings && withNewSeed(settings)),
    };
  }, [chats, id, settings]);
  return (
    <>
      <div className="log-frame">
        <div ref={log} className="log" role="log" aria-live="off" aria-label="Questions and answers" tabIndex={0}>
          <div ref={end} className="log-content">
            {conversation ? <h2 className="visually-hidden">{titleOf(conversation)}</h2> : <EmptyThread onAsk={ask} />}
            {turns.map((turn) => (
              <TurnView
                key={turn.generationId}
                turn={turn}
                answer={answers[turn.generationId]}
                place={turn === last ? "last" : "earlier"}
                picturesLeft={picturesLeft(turns) + turn.question.pictures.length}
                isEdited={turn.generationId === editedId}
                actions={actions}
              />
            ))}
          </div>
        </div>
        {!isAtEnd && (
          <button type="button" className="button small to-end" onClick={goToEnd}>
            Jump to the latest
          </button>
        )}
      </div>
      <Announcer answer={lastAnswer} />
      <ConnectionLine connection={connection} />
      {turns.length >= MAX_TURNS && !isAnswering ? (
        <p className="talk-note">This conversation is as long as one can be. Begin a new one.</p>
      ) : (
        <Composer
          ref={composer}
          purpose="ask"
          picturesLeft={picturesLeft(turns)}
          canSend={settings !== undefined && !isAnswering}
          onSend={ask}
          onStop={isAnswering ? stop : undefined}
          onEditLast={() => setEditedId(last?.generationId)}
        />
      )}
    </>
  );
}
