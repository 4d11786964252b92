const MAX_NEAREST = 3;

/**
 * The names that share most of their dotted parts, counted from both ends, with a name that was not found; best first.
 * That finds the misspelled part, and also the right tail below another tower's prefix.
 */
export function nearestNames(missing: string, names: Iterable<string>): string[] {
  const wanted = missing.split(".");
  return [...names]
    .map((name) => ({ name, score: sharedParts(wanted, name.split(".")) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, MAX_NEAREST)
    .map(({ name }) => name);
}

function sharedParts(a: readonly string[], b: readonly string[]): number {
  const shortest = Math.min(a.length, b.length);
  let leading = 0;
  while (leading < shortest && a[leading] === b[leading]) leading++;
  let trailing = 0;
  while (trailing < shortest - leading && a.at(-1 - trailing) === b.at(-1 - trailing)) trailing++;
  return leading + trailing;
}
