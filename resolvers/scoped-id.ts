/**
 * The id under which a tenant's generation is kept: the same id of another tenant is another's. No tenant's name has a
 * slash, so that no id, whatever is in it, comes out as one of another tenant.
 */
export function scopedId(tenant: string, id: string): string {
  return `${tenant}/${id}`;
}
