import { useState } from "react";
import type { Picture } from "../picture/picture.ts";
import { MAX_PICTURES, type Question } from "./conversation.ts";

export interface Draft {
  readonly question: Question;
  readonly isEmpty: boolean;
  /** Why a picture was not taken. */
  readonly refusal: string | undefined;
  readonly write: (text: string) => void;
  readonly add: (pictures: readonly Picture[]) => void;
  readonly remove: (picture: Picture) => void;
  readonly clear: () => void;
}

const none: Question = { text: "", pictures: [] };

/** A question that is being written, with no more pictures than may be shown. */
export function useDraft(initial: Question | undefined, maxPictures: number): Draft {
  const [question, setQuestion] = useState(initial ?? none);
  const [refusal, setRefusal] = useState<string>();
  const show = (pictures: readonly Picture[]): void => {
    setQuestion({ ...question, pictures: pictures.slice(0, maxPictures) });
    setRefusal(pictures.length > maxPictures ? `A conversation shows up to ${MAX_PICTURES} pictures.` : undefined);
  };
  return {
    question,
    isEmpty: question.text.trim() === "" && question.pictures.length === 0,
    refusal,
    write: (text) => setQuestion({ ...question, text }),
    add: (pictures) => show([...question.pictures, ...pictures]),
    remove: (picture) => show(question.pictures.filter((each) => each !== picture)),
    clear: () => {
      setQuestion(none);
      setRefusal(undefined);
    },
  };
}
