const protocols = ["postgres:", "postgresql:"];

/** Whether a place is named as a PostgreSQL database is. */
export function isDatabaseUrl(text: string): boolean {
  return protocols.some((protocol) => text.startsWith(`${protocol}//`));
}

/** The URL, if it is one of a PostgreSQL database; the error does not repeat it, for it may hold a password. */
export function checkedUrl(url: string): string {
  if (isDatabaseUrl(url) && URL.canParse(url)) return url;
  throw new Error("the database must be named by a URL such as postgres://user:password@host:5432/database");
}

/** The database's host and name, without user, password and options. */
export function shownUrl(url: string): string {
  const { host, pathname, searchParams } = new URL(checkedUrl(url));
  return `PostgreSQL at ${host === "" ? (searchParams.get("host") ?? "") : host}${pathname}`;
}
