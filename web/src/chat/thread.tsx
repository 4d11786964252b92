import { useCallback, useRef } from "react";
import { isOver } from "./answer.ts";
import { Announcer } from "./announcer.tsx";
import type { Chats } from "./chats.ts";
import { Composer } from "./composer.tsx";
import { ConnectionLine } from "./connection-line.tsx";
import { type Conversation, MAX_TURNS, picturesLeft, type Question, titleOf } from "./conversation.ts";
import { EmptyThread } from "./empty-thread.tsx";
import { Log } from "./log.tsx";
import type { ChatSettings } from "./settings.ts";
import { TurnView } from "./turn-view.tsx";
import { useEscape } from "./use-escape.ts";
import { useStickToEnd } from "./use-stick-to-end.ts";
import { useTurnActions } from "./use-turn-actions.ts";
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
  const composer = useRef<HTMLTextAreaElement>(null);
  const focusComposer = useCallback(() => composer.current?.focus(), []);
  const [actions, editedId] = useTurnActions({ chats, id, settings, onDone: focusComposer });
  const stick = useStickToEnd();
  const turns = conversation?.turns ?? [];
  const last = turns.at(-1);
  const lastAnswer = last && answers[last.generationId];
  const isAnswering = lastAnswer !== undefined && !isOver(lastAnswer);
  const stop = (): void => {
    if (lastAnswer) void chats.answers.stop(lastAnswer.generationId);
    focusComposer();
  };
  useEscape(isAnswering ? stop : undefined);
  const ask = (question: Question): void => {
    if (settings === undefined) return;
    chats.ask(id, question, settings);
    focusComposer();
    stick.goToEnd();
    if (turns.length === 0) onBegun();
  };
  return (
    <>
      <Log stick={stick}>
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
      </Log>
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
          onEditLast={() => actions.edit(last)}
        />
      )}
    </>
  );
}
