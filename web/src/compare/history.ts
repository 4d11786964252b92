import { createStore, get, set } from "idb-keyval";
import { useCallback, useEffect, useState } from "react";
import type { Asked } from "./asked.ts";

const MAX_KEPT = 30;
const KEY = "asked";
const store = createStore("triptych-compare", "history");

export interface History {
  /** The latest first. */
  readonly kept: readonly Asked[];
  readonly keep: (asked: Asked) => void;
  readonly clear: () => void;
}

/** What was compared before, pictures and all: in this browser alone, and no more than so many. */
export function useHistory(): History {
  const [kept, setKept] = useState<readonly Asked[]>([]);
  useEffect(() => {
    get<readonly Asked[]>(KEY, store).then(
      (found = []) => setKept((now) => [...now, ...found].slice(0, MAX_KEPT)),
      () => undefined,
    );
  }, []);
  const change = useCallback((next: (now: readonly Asked[]) => readonly Asked[]) => {
    setKept((now) => {
      const changed = next(now).slice(0, MAX_KEPT);
      // A browser that keeps nothing, as private windows may, still shows what there is.
      void set(KEY, changed, store).catch(() => undefined);
      return changed;
    });
  }, []);
  const keep = useCallback(
    (asked: Asked) => change((now) => [asked, ...now.filter(({ id }) => id !== asked.id)]),
    [change],
  );
  const clear = useCallback(() => change(() => []), [change]);
  return { kept, keep, clear };
}
