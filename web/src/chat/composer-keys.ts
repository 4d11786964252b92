import type { KeyboardEvent } from "react";

interface ComposerKeys {
  readonly onEnter: () => void;
  readonly onEscape?: (() => void) | undefined;
  /** Up, where nothing is written. */
  readonly onUp?: (() => void) | undefined;
}

/** Enter sends, Shift and Enter make a line, and an input method's Enter is its own. */
export function composerKeys(keys: ComposerKeys) {
  return (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const meant = meantBy(event, keys);
    if (meant === undefined) return;
    event.preventDefault();
    meant();
  };
}

function meantBy(event: KeyboardEvent<HTMLTextAreaElement>, keys: ComposerKeys): (() => void) | undefined {
  switch (event.key) {
    case "Enter":
      return event.shiftKey || event.nativeEvent.isComposing ? undefined : keys.onEnter;
    case "Escape":
      return keys.onEscape;
    case "ArrowUp":
      return event.currentTarget.value === "" ? keys.onUp : undefined;
    default:
      return undefined;
  }
}
