/** The families that can search. */
export const searchFamilies = ["BLIP", "BLIP2"] as const;
export type SearchFamily = (typeof searchFamilies)[number];

/** What pictures are looked for: all of them, newest first; those that words describe; or those that are like one. */
export type Subject =
  | { readonly kind: "all" }
  | { readonly kind: "words"; readonly text: string }
  /** `id`: of a picture of the gallery. */
  | { readonly kind: "similar"; readonly id: string }
  /** `key`: of a file that this page has in memory. */
  | { readonly kind: "dropped"; readonly key: string };

export interface Query {
  readonly subject: Subject;
  readonly family: SearchFamily;
}

/** Reads the part of an address after the question mark; what makes no sense asks for all pictures. */
export function queryIn(search: string): Query {
  const given = new URLSearchParams(search);
  const family = searchFamilies.find((each) => each === given.get("family")) ?? "BLIP";
  return { subject: subjectIn(given), family };
}

function subjectIn(given: URLSearchParams): Subject {
  const [text, id, key] = ["text", "similar", "dropped"].map((name) => given.get(name)?.trim() ?? "");
  if (text) return { kind: "words", text };
  if (id) return { kind: "similar", id };
  if (key) return { kind: "dropped", key };
  return { kind: "all" };
}

/** The address at which a query is answered. */
export function addressOf({ subject, family }: Query): string {
  const given = new URLSearchParams(parametersOf(subject));
  if (subject.kind !== "all" || family !== "BLIP") given.set("family", family);
  return given.size === 0 ? "/search" : `/search?${given.toString()}`;
}

function parametersOf(subject: Subject): Record<string, string> {
  switch (subject.kind) {
    case "all":
      return {};
    case "words":
      return { text: subject.text };
    case "similar":
      return { similar: subject.id };
    case "dropped":
      return { dropped: subject.key };
  }
}
