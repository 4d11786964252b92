import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

/** So near to the end, in pixels, its reader is at the end. */
const NEAR = 48;

export interface StickToEnd {
  /** What scrolls, and what grows in it. */
  readonly log: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly isAtEnd: boolean;
  readonly goToEnd: () => void;
}

/** Keeps the end of what grows in view, as long as its reader is there. */
export function useStickToEnd(): StickToEnd {
  const log = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const [isAtEnd, setAtEnd] = useState(true);
  const goToEnd = useCallback(() => {
    sticks.current = true;
    setAtEnd(true);
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, []);
  useEffect(() => {
    const [scrolled, growing] = [log.current!, content.current!];
    let lastTop = 0;
    // What lies under the end may grow without anybody scrolling: only who scrolls up leaves it.
    const look = (): void => {
      const { scrollTop, scrollHeight, clientHeight } = scrolled;
      const isNear = scrollHeight - scrollTop - clientHeight <= NEAR;
      sticks.current = isNear || (sticks.current && scrollTop >= lastTop);
      lastTop = scrollTop;
      setAtEnd(sticks.current);
    };
    const grown = new ResizeObserver(() => {
      if (sticks.current) scrolled.scrollTop = scrolled.scrollHeight;
      else look();
    });
    grown.observe(growing);
    grown.observe(scrolled);
    scrolled.addEventListener("scroll", look, { passive: true });
    return () => {
      grown.disconnect();
      scrolled.removeEventListener("scroll", look);
    };
  }, []);
  return { log, content, isAtEnd, goToEnd };
}
