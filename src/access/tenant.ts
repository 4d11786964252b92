/** The one tenant of a server that is open. */
export const LOCAL_TENANT = "local";

/**
 * Whether it may be a tenant's name: it becomes part of folders' names, of ids and of keys of caches, between which stand
 * characters that no name has.
 */
export function isTenantName(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,62}$/.test(text);
}
