/** The pictures among files that were dropped, pasted or picked. */
export function picturesOf(transfer: DataTransfer | null): readonly File[] {
  return [...(transfer?.files ?? [])].filter(isPicture);
}

export function isPicture({ type }: File): boolean {
  return type.startsWith("image/");
}

/** Whether something is dragged that may be a picture: until it is dropped, a page sees no more than its kind. */
export function carriesFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes("Files") ?? false;
}
