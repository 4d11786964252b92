import type { Permission } from "../../resolvers/permission.ts";
import type { Payer, Quota } from "../budgets/budgets.ts";
import { LOCAL_TENANT } from "./tenant.ts";

/** Who asks. Fairness, budgets and quotas count `client`. */
export interface Identity extends Payer {
  /** Whose pictures, chats and caches these are. */
  readonly tenant: string;
  /** By which the operator knows whoever it is. */
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
  /** See Claimant. */
  readonly salt: string | undefined;
}

/** What a key lets its holder do, beside asking the models and reading its tenant's gallery. */
export const permissionsOf = {
  reader: new Set<Permission>(),
  member: new Set<Permission>(["changeGallery"]),
  admin: new Set<Permission>(["changeGallery", "watchServer"]),
} as const satisfies Record<string, ReadonlySet<Permission>>;

export type Role = keyof typeof permissionsOf;

/** Everybody, told apart by where they are, where nobody need say who they are. */
export function localIdentity(address: string, quota: Quota): Identity {
  return {
    tenant: LOCAL_TENANT,
    name: address,
    client: address,
    quota,
    permissions: permissionsOf.admin,
    salt: undefined,
  };
}

/** One of a tenant's, all of whom wait for each other. */
export function tenantIdentity({
  tenant,
  role,
  ...rest
}: Pick<Identity, "tenant" | "name" | "quota"> & { readonly role: Role }): Identity {
  return { ...rest, tenant, client: tenant, permissions: permissionsOf[role], salt: tenant };
}
