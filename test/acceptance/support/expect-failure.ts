import { expect } from "vitest";
import type { Answer } from "./graph.ts";

export interface Failure {
  readonly code: string;
  /** What the first error's message contains. */
  readonly message: string;
  /** Any, if absent. */
  readonly status?: number;
}

/** All errors of the answer have this code, and the first says this. */
export function expectFailure({ status, codes, errors }: Answer<unknown>, failure: Failure): void {
  expect([...new Set(codes)]).toEqual([failure.code]);
  expect(errors[0]!.message).toContain(failure.message);
  expect(status).toBe(failure.status ?? status);
}
