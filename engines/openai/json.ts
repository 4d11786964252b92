/** Reading JSON of which nothing is known: what is not there, or is something else, is undefined. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What stands under one key after another. */
export function at(value: unknown, ...keys: readonly (string | number)[]): unknown {
  return keys.reduce<unknown>((inner, key) => {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, key)) return undefined;
    return (inner as JsonObject)[key];
  }, value);
}

export function textAt(value: unknown, ...keys: readonly (string | number)[]): string | undefined {
  const found = at(value, ...keys);
  return typeof found === "string" ? found : undefined;
}

export function numberAt(value: unknown, ...keys: readonly (string | number)[]): number | undefined {
  const found = at(value, ...keys);
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

/** A whole number from 0. */
export function countAt(value: unknown, ...keys: readonly (string | number)[]): number | undefined {
  const found = numberAt(value, ...keys);
  return Number.isSafeInteger(found) && found! >= 0 ? found : undefined;
}

export function listAt(value: unknown, ...keys: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...keys);
  return Array.isArray(found) ? found : [];
}
