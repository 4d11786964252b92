/** Pictures that are chosen, to do something with all of them. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** The one that was chosen last, where a range begins. */
  readonly anchor: string | undefined;
}

export const nothingSelected: Selection = { ids: new Set(), anchor: undefined };

/** With a picture chosen that was not, or the other way around. */
export function toggled({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id };
}

/** With all from the last chosen one to this. */
export function extended({ ids, anchor }: Selection, id: string, all: readonly string[]): Selection {
  const [from, to] = [anchor === undefined ? -1 : all.indexOf(anchor), all.indexOf(id)];
  if (from < 0 || to < 0) return { ids: new Set([...ids, id]), anchor: id };
  const range = all.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...ids, ...range]), anchor: id };
}

export function allOf(all: readonly string[]): Selection {
  return { ids: new Set(all), anchor: all.at(-1) };
}

/** Without pictures that are gone. */
export function without({ ids, anchor }: Selection, gone: readonly string[]): Selection {
  const lost = new Set(gone);
  return {
    ids: new Set([...ids].filter((id) => !lost.has(id))),
    anchor: anchor !== undefined && lost.has(anchor) ? undefined : anchor,
  };
}
