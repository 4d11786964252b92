/** Whether it may be a gallery's name, or that of a tenant's within it, which stands after a dot. It names a folder, too. */
export function isGalleryName(text: string): boolean {
  return /^[\w-]{1,64}(\.[\w-]{1,64})?$/.test(text);
}
