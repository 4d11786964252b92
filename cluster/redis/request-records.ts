import type { ModelInfo, Priority } from "../../inference/index.ts";
import type { Entry } from "../entry.ts";

/** A request as it is written down. */
export interface WrittenRequest {
  readonly id: string;
  readonly client: string;
  /** Equal for equal requests. */
  readonly fingerprint: string;
  readonly kind: "chat" | "task";
  /** It may take so long. */
  readonly timeoutMs: number;
  /** It can be read so long after its end. */
  readonly keepMs: number;
  /** A chat runs on for so long when nobody reads it. */
  readonly graceMs: number;
  /** Chats of all nodes; beyond, a new one is refused. */
  readonly maxChats: number;
  /** What its readers are to know of it. */
  readonly about: About;
  /** As `encode` made it; without bytes of pictures. */
  readonly task: string;
  readonly first?: Entry | undefined;
}

/** What whoever reads a request's log is told beside it. */
export interface About {
  /** The name of the model; absent where the task needs none. */
  readonly asks?: string | undefined;
  readonly priority: Priority;
  /** See Claimant. */
  readonly salt?: string | undefined;
  /** Of a chat: the model as it was when the request came. */
  readonly model?: ModelInfo | undefined;
}

export type Submitted =
  /** `inFlight`: requests of the client, with this one. */
  | { readonly state: "new"; readonly inFlight: number }
  | { readonly state: "known" }
  | { readonly state: "full"; readonly running: number };

/** A request as a run takes it over. */
export interface Taken {
  readonly state: "taken";
  /** The number of the next entry. */
  readonly next: number;
  /** Workers that died with it, or had no room for it, since it last came on. */
  readonly deaths: number;
  /** Until its deadline; zero or less beyond it. */
  readonly leftMs: number;
  readonly ageMs: number;
  /** Since somebody listened last, and how long that may be. */
  readonly unwatchedMs: number;
  readonly graceMs: number;
  readonly client: string;
  readonly about: About;
  readonly task: string;
}

/** Why a run may not write: another has it, it is over, its log has gone another way, or nobody knows of it. */
export type Lost = "fenced" | "ended" | "conflict" | "gone";

/** `unwatchedMs`: since somebody listened last. */
export type Stand = { readonly state: "ok"; readonly unwatchedMs: number } | { readonly state: Lost };

/** A request's log from some number on. */
export interface Tail {
  /** The number of the next entry; below what a reader has seen where Redis lost its end. */
  readonly next: number;
  readonly entries: readonly Entry[];
}

/** The same, with what is known of the request. */
export interface ReadLog extends Tail {
  readonly fingerprint: string;
  readonly about: About;
  readonly ageMs: number;
  /** Until its deadline; zero or less beyond it. */
  readonly leftMs: number;
  readonly isEnded: boolean;
}

/** A run of a request: only the latest may write. */
export interface Holding {
  readonly id: string;
  readonly holder: string;
}
