import { useMemo, useState } from "react";
import type { Chats } from "./chats.ts";
import type { Question, Turn } from "./conversation.ts";
import { type ChatSettings, withNewSeed } from "./settings.ts";

/** What can be done with a turn. */
export interface TurnActions {
  readonly edit: (turn: Turn | undefined) => void;
  readonly leaveEdit: () => void;
  /** Puts another question in its place. */
  readonly askInstead: (turn: Turn, question: Question) => void;
  /** Has the same answered anew. */
  readonly answerAgain: (turn: Turn) => void;
}

interface TurnActionsOptions {
  readonly chats: Chats;
  /** The conversation's. */
  readonly id: string;
  readonly settings: ChatSettings | undefined;
  /** Called when the focus has to go elsewhere. */
  readonly onDone: () => void;
}

/** The actions, the same ones until the settings change, and the generation whose question is being changed. */
export function useTurnActions(options: TurnActionsOptions): readonly [TurnActions, string | undefined] {
  const { chats, id, settings, onDone } = options;
  const [editedId, setEditedId] = useState<string>();
  const actions = useMemo((): TurnActions => {
    const leaveEdit = (): void => {
      setEditedId(undefined);
      onDone();
    };
    const askInstead = (turn: Turn, question: Question, how: ChatSettings | undefined): void => {
      if (how) chats.askInstead(id, turn.generationId, question, how);
      leaveEdit();
    };
    return {
      edit: (turn) => setEditedId(turn?.generationId),
      leaveEdit,
      askInstead: (turn, question) => askInstead(turn, question, settings),
      answerAgain: (turn) => askInstead(turn, turn.question, settings && withNewSeed(settings)),
    };
  }, [chats, id, settings, onDone]);
  return [actions, editedId];
}
