import type { Quota } from "../budgets/budgets.ts";
import { type Identity, localIdentity } from "./identity.ts";

/** What is known of whoever asks. */
export interface Visitor {
  /** The key or token that they bring. */
  readonly credential: string | undefined;
  /** Tells them apart while nobody knows who they are. */
  readonly address: string;
}

/** Who may ask, and who they are. */
export interface Access {
  /** Who asks. Rejects with an AccessError where nobody knows. */
  identify(visitor: Visitor): Promise<Identity>;
  /** By which browsers ask for pictures; absent where everybody may ask. */
  readonly sessions?: Sessions | undefined;
  /** Looks after its files no more. */
  close(): void;
}

export interface Sessions {
  /** A new one of whoever asks; rejects as `identify` does. */
  open(visitor: Visitor): Promise<Session>;
  /** Whose it is, as long as it and the key that it was opened with hold; rejects likewise. */
  identify(token: string | undefined): Promise<Identity>;
}

export interface Session {
  readonly token: string;
  readonly maxAgeMs: number;
}

/** Everybody may ask, as one tenant. */
export function openAccess(quota: Quota): Access {
  return {
    identify: ({ address }) => Promise.resolve(localIdentity(address, quota)),
    close: () => undefined,
  };
}
