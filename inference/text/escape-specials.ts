/** Prints nothing, and is in no special token's name. */
const BREAK = "\u200B";

/**
 * A text in which no special token's name stands any longer: an invisible character comes after each one's first. So
 * what somebody types can never become a picture's place or the end of a turn.
 */
export function escapeSpecials(text: string, specials: readonly string[]): string {
  return specials.reduce((safe, name) => safe.replaceAll(name, broken(name)), text);
}

function broken(name: string): string {
  const [first = ""] = name;
  return `${first}${BREAK}${name.slice(first.length)}`;
}
