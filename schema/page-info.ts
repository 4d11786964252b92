interface Page {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** A page's PageInfo, with the cursors of its first and last item. */
export function pageInfo(
  { hasNextPage, hasPreviousPage }: Page,
  items: readonly { readonly cursor: string }[],
): Page & { startCursor: string | null; endCursor: string | null } {
  return {
    hasNextPage,
    hasPreviousPage,
    startCursor: items[0]?.cursor ?? null,
    endCursor: items.at(-1)?.cursor ?? null,
  };
}
