const KEY = "triptych.searches";
const MAX_KEPT = 12;

/** Words that were searched for in this browser, the latest first. */
export function recentSearches(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((text) => typeof text === "string") : [];
  } catch {
    return [];
  }
}

/** Remembers the words; a browser that keeps nothing forgets them. */
export function rememberSearch(text: string): void {
  const kept = [text, ...recentSearches().filter((each) => each !== text)].slice(0, MAX_KEPT);
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Full, or not allowed.
  }
}
