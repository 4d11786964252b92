/** A request that was refused before it came to the graph. Both have few values. */
export interface RefusedRequest {
  readonly transport: "http" | "websocket";
  /** Of HTTP. */
  readonly status: number;
}

/** Told of each. */
export type OnRefusal = (refused: RefusedRequest) => void;
