const BYTES = 16;

/** A random id. `crypto.randomUUID` is there on secure origins alone, which a server in one's own network is not. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
