/** Where the server tells its operator what happens. */
export interface Log {
  info(message: string): void;
  error(message: string, cause?: unknown): void;
}

/** Lines on standard error, each with its instant. */
export const consoleLog: Log = {
  info: (message) => console.error(`${new Date().toISOString()} ${message}`),
  error: (message, cause) =>
    console.error(`${new Date().toISOString()} ${message}`, ...(cause === undefined ? [] : [cause])),
};
