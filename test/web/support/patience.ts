/** Browsers are slow on busy machines. */
export const patience = { timeout: 30_000 } as const;
