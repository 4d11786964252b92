import { useEffect, useEffectEvent, useState } from "react";
import { ProblemNotice } from "../components/problem-notice.tsx";
import { modelsFor } from "../models/families.ts";
import { useModels } from "../models/use-models.ts";
import type { Picture } from "../picture/picture.ts";
import { PicturePicker } from "../picture/picture-picker.tsx";
import { PictureView } from "../picture/picture-view.tsx";
import { useLinkedPicture } from "../picture/use-linked-picture.ts";
import { AnswerColumns } from "./answer-columns.tsx";
import { type Choice, chosenModels } from "./choice.ts";
import { HistoryList } from "./history-list.tsx";
import { useHistory } from "./history.ts";
import { Question } from "./question.tsx";
import { useCompare } from "./use-compare.ts";
import "./compare-room.css";

/** One picture, the three families side by side. */
export function CompareRoom(): React.JSX.Element {
  const { models = [], problem, retry } = useModels();
  const { kept, keep, clear } = useHistory();
  const { asked, ask, stop, show } = useCompare(keep);
  const [picture, setPicture] = useState<Picture>();
  const [wanted, setWanted] = useState<Picture>();
  const [question, setQuestion] = useState("");
  const [choice, setChoice] = useState<Choice>({});
  const canAsk = models.length > 0;
  const able = (text: string): ReturnType<typeof modelsFor> => modelsFor(text === "" ? "CAPTION" : "VQA", models);
  const put = (what: Picture, text: string): void => ask(what, text, chosenModels(able(text), choice));
  const pick = ([first]: readonly Picture[]): void => {
    if (first === undefined) return;
    setPicture(first);
    setWanted(first);
  };
  const putWanted = useEffectEvent((what: Picture) => {
    setWanted(undefined);
    put(what, question.trim());
  });
  // A picture may be picked before it is known who is to be asked.
  useEffect(() => {
    if (wanted !== undefined && canAsk) putWanted(wanted);
  }, [wanted, canAsk]);
  const linked = useLinkedPicture();
  const pickLinked = useEffectEvent(pick);
  useEffect(() => {
    if (linked !== undefined) pickLinked([linked]);
  }, [linked]);
  return (
    <div className="compare">
      <h1 className="visually-hidden">Compare three families on one picture</h1>
      <section className="compare-picture" aria-label="Picture">
        <div className="picture-frame card">
          {picture ? (
            <PictureView picture={picture} />
          ) : (
            <p className="soft">Choose a picture, and three models tell what they see.</p>
          )}
        </div>
        <PicturePicker onPick={pick} />
      </section>
      <section className="compare-answers" aria-label="Answers">
        <Question
          value={question}
          onChange={setQuestion}
          canAsk={picture !== undefined && canAsk}
          isAsking={asked !== undefined && !asked.isOver}
          onAsk={() => picture && put(picture, question.trim())}
          onStop={stop}
        />
        {problem && <ProblemNotice problem={problem} onRetry={retry} />}
        {asked?.problem && <ProblemNotice problem={asked.problem} onRetry={() => put(asked.picture, asked.question)} />}
        <AnswerColumns
          asked={asked}
          models={able(question.trim())}
          choice={choice}
          onChoose={setChoice}
          onRetry={() => asked && put(asked.picture, asked.question)}
        />
      </section>
      <HistoryList
        kept={kept}
        onClear={clear}
        onShow={(earlier) => {
          show(earlier);
          setPicture(earlier.picture);
          setQuestion(earlier.question);
        }}
      />
    </div>
  );
}
