/** Who goes first: somebody waits for each word of what is interactive, and nobody for what is bulk. */
export const priorities = ["interactive", "default", "bulk"] as const;

export type Priority = (typeof priorities)[number];

/** A request's claim to the device, as it stands against others'. */
export interface Claim {
  /** For whom it is, as far as they are told apart. */
  readonly client: string;
  readonly priority: Priority;
  /** On the scheduler's clock, milliseconds. */
  readonly deadline: number;
  /** Its place among all that ever came. */
  readonly arrival: number;
}

/** Who asks, and how soon somebody needs the answer; without either, like everybody. */
export type Claimant = { readonly [Key in "client" | "priority"]?: Claim[Key] | undefined } & {
  /** Mixed into the keys of all caches: who has another salt is not given what is kept. See `saltedKey`. */
  readonly salt?: string | undefined;
};

/** Negative where the first goes before the second. */
export type Order = (a: Claim, b: Claim) => number;

/** A claim like everybody's. */
export const COMMON: Claim = { client: "", priority: "default", deadline: Infinity, arrival: 0 };

/** Whose deadline is sooner, then who came first. */
export const byDeadline: Order = (a, b) => {
  if (a.deadline !== b.deadline) return a.deadline < b.deadline ? -1 : 1;
  return a.arrival - b.arrival;
};
