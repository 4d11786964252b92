import type { Admitted } from "./admission.ts";
import type { Arrival } from "./load.ts";
import type { Route } from "./router.ts";
import type { Server } from "./server.ts";

/** A request that was let in and has not ended. */
export interface Flight {
  readonly id: string;
  readonly arrival: Arrival;
  readonly route: Route<Server>;
  readonly admitted: Admitted;
  /** Tokens that it has said, and when it said the first and the last. */
  tokens: number;
  firstTokenMs: number | undefined;
  lastTokenMs: number | undefined;
}
