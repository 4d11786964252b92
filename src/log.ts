import { inspect } from "node:util";
import { logLine, operationFields, operationText } from "./log-lines.ts";
import type { FinishedOperation } from "./operation.ts";

export const logChoices = ["plain", "verbose", "json"] as const;
/** Lines for people; the same and one for each operation; or JSON lines, likewise. */
export type LogChoice = (typeof logChoices)[number];

/** Where the server tells its operator what happens. */
export interface Log {
  info(message: string): void;
  error(message: string, cause?: unknown): void;
  /** An operation has ended. */
  finished(operation: FinishedOperation): void;
}

/** Lines on standard error, each with its instant. */
export function createLog(choice: LogChoice, write: (line: string) => void = writeLine): Log {
  return choice === "json" ? jsonLog(write) : textLog(choice, write);
}

function textLog(choice: "plain" | "verbose", write: (line: string) => void): Log {
  const tell = (message: string): void => write(`${new Date().toISOString()} ${message}`);
  return {
    info: tell,
    error: (message, cause) => tell(cause === undefined ? message : `${message} ${inspect(cause)}`),
    finished: (operation) => {
      if (choice === "verbose") tell(operationText(operation));
    },
  };
}

function jsonLog(write: (line: string) => void): Log {
  return {
    info: (message) => write(logLine("info", { message })),
    error: (message, cause) =>
      write(logLine("error", { message, ...(cause === undefined ? {} : { cause: inspect(cause) }) })),
    finished: (operation) => write(logLine("info", operationFields(operation))),
  };
}

function writeLine(line: string): void {
  process.stderr.write(`${line}\n`);
}
