import { useCallback, useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { CompareDocument } from "../graph/generated/graphql.ts";
import { problemOf } from "../graph/problem.ts";
import { newId } from "../new-id.ts";
import { type Picture, uploadInput } from "../picture/picture.ts";
import { type Asked, type AskedModel, withSaid } from "./asked.ts";

export interface Comparing {
  readonly asked: Asked | undefined;
  readonly ask: (picture: Picture, question: string, models: readonly AskedModel[]) => void;
  /** Lets the server leave what is still on its way. */
  readonly stop: () => void;
  /** Shows an earlier one. */
  readonly show: (asked: Asked) => void;
}

/** Puts a picture to several models, whose answers come as each is ready; `onOver` is told of those that came to an end. */
export function useCompare(onOver: (asked: Asked) => void): Comparing {
  const client = useClient();
  const [asked, setAsked] = useState<Asked>();
  const leave = useRef<() => void>(() => undefined);
  useEffect(() => () => leave.current(), []);

  const ask = useCallback(
    (picture: Picture, question: string, models: readonly AskedModel[]) => {
      leave.current();
      const { id, at } = { id: newId(), at: Date.now() };
      let latest: Asked = { id, at, picture, question, models, said: {}, isOver: false };
      setAsked(latest);
      const ids = models.map((model) => model.id);
      const variables = { image: uploadInput(picture), question: question === "" ? null : question, models: ids };
      const running = client.query(CompareDocument, variables).subscribe(({ data, error, hasNext }) => {
        const told = data?.compare ? withSaid(latest, data.compare) : latest;
        latest = { ...told, problem: error && problemOf(error), isOver: !hasNext };
        setAsked(latest);
        if (latest.isOver) onOver(latest);
      });
      leave.current = () => running.unsubscribe();
    },
    [client, onOver],
  );
  const stop = useCallback(() => {
    leave.current();
    setAsked((last) => last && { ...last, isOver: true });
  }, []);
  const show = useCallback((earlier: Asked) => {
    leave.current();
    setAsked(earlier);
  }, []);
  return { asked, ask, stop, show };
}
