import { useCallback, useEffect, useRef, useState } from "react";

/** So near to the end, in pixels, its reader is at the end. */
const NEAR = 48;

/** Keeps the end of what grows in view, as long as its reader is there. */
export function useStickToEnd() {
  const log = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const [isAtEnd, setAtEnd] = useState(true);
  const goToEnd = useCallback(() => {
    sticks.current = true;
    setAtEnd(true);
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, []);
  useEffect(() => {
    const [scrolled, growing] = [log.current!, end.current!];
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
  return { log, end, isAtEnd, goToEnd };
}
