import { expect } from "vitest";
import { CheckpointError } from "../../../inference/checkpoint/checkpoint-error.ts";

/** The message of the CheckpointError that the call throws; a test fails where it throws another error or none. */
export function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    return (error as CheckpointError).message;
  }
  throw new Error("nothing was refused");
}
