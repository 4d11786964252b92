const NAME = "triptych.key";

/** The key that was given in this tab; the browser forgets it with the tab. */
export function keptKey(): string | undefined {
  return sessionStorage.getItem(NAME) ?? undefined;
}

export function keepKey(key: string): void {
  sessionStorage.setItem(NAME, key);
}

export function dropKey(): void {
  sessionStorage.removeItem(NAME);
}

/** Says who asks; nothing where no key was given, or is needed. */
export function keyHeaders(key = keptKey()): Readonly<Record<string, string>> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}
