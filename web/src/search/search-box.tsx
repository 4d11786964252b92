import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from "react";
import { recentSearches, rememberSearch } from "./recent-searches.ts";
import "./search-box.css";

interface SearchBoxProps {
  /** What is searched for; empty where nothing is, or a picture. */
  readonly text: string;
  readonly onSearch: (text: string) => void;
}

/** Somebody who types so slowly wants to see what there is. */
const PAUSE_MS = 600;

/** Words to search for: at once by Enter, or after a pause. The arrow keys offer what was searched for before. */
export function SearchBox({ text, onSearch }: SearchBoxProps): React.JSX.Element {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useTyped(text, onSearch);
  const [offer, setOffer] = useState<Offer>(closed);
  useSlashKey(input);
  const search = (words: string): void => {
    setOffer(closed);
    setTyped(words);
    if (words.trim() !== "") rememberSearch(words.trim());
    onSearch(words.trim());
  };
  const press = (event: KeyboardEvent): void => {
    // Enter may only choose among the characters that an input method offers.
    if (event.nativeEvent.isComposing) return;
    const next = pressed(offer, event.key, typed);
    if (next !== undefined) setOffer(next);
    else if (event.key === "Escape") search("");
    else if (event.key === "Enter") search(offer.texts[offer.at] ?? typed);
    else return;
    event.preventDefault();
  };
  const isOpen = offer.texts.length > 0;
  return (
    <div className="search-box" role="search">
      <input
        ref={input}
        className="field"
        type="search"
        role="combobox"
        aria-label="Search by words"
        aria-expanded={isOpen}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && offer.at >= 0 ? `${id}-${offer.at}` : undefined}
        aria-keyshortcuts="/"
        placeholder="Describe what you look for"
        autoComplete="off"
        maxLength={1_000}
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          setOffer(closed);
        }}
        onKeyDown={press}
        onBlur={() => setOffer(closed)}
      />
      <kbd aria-hidden="true">/</kbd>
      <ul id={id} role="listbox" aria-label="Recent searches" className="search-offer card" hidden={!isOpen}>
        {offer.texts.map((each, i) => (
          <li
            key={each}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === offer.at}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => search(each)}
          >
            {each}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Recent searches that are shown, and which of them is pointed at; -1: none yet. */
interface Offer {
  readonly texts: readonly string[];
  readonly at: number;
}

const closed: Offer = { texts: [], at: -1 };

/** What a key makes of the offer; undefined where that is nothing. */
function pressed({ texts, at }: Offer, key: string, typed: string): Offer | undefined {
  const isOpen = texts.length > 0;
  if (key === "Escape" && isOpen) return closed;
  if (key === "ArrowUp" && isOpen) return at <= 0 ? closed : { texts, at: at - 1 };
  if (key !== "ArrowDown") return undefined;
  if (isOpen) return { texts, at: Math.min(texts.length - 1, at + 1) };
  const fitting = recentSearches().filter((text) => text !== typed.trim() && text.startsWith(typed.trim()));
  return { texts: fitting, at: 0 };
}

/** What stands in the box: what is typed, until the address says something else. Searches after a pause. */
function useTyped(text: string, onSearch: (text: string) => void): readonly [string, (typed: string) => void] {
  const [state, setState] = useState({ typed: text, text });
  // Somebody went back, or followed a link; or it is what was typed, of which the spaces at its ends stay.
  if (state.text !== text) setState({ typed: state.typed.trim() === text ? state.typed : text, text });
  const { typed } = state;
  useEffect(() => {
    if (typed.trim() === text) return;
    const timer = setTimeout(() => onSearch(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, text, onSearch]);
  return [typed, (next) => setState({ typed: next, text })];
}

/** The key with which many pages begin a search. */
function useSlashKey(input: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent): void => {
      const isTyping = event.target instanceof Element && event.target.closest("input:not([type=checkbox]), textarea");
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]"))
        return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [input]);
}
