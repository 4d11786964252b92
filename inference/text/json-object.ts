/** A parsed JSON object whose values are still to be checked where they are read. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value itself if it is a JSON object, otherwise an empty one. */
export function asObject(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
