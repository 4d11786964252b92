import { GraphQLError } from "graphql";
import type { Context } from "./context.ts";

/** What not everybody may do who may ask. */
export type Permission = "changeGallery" | "watchServer";

/** FORBIDDEN unless whoever asks may do this. */
export function requirePermission(permission: Permission, { permissions }: Pick<Context, "permissions">): void {
  if (permissions.has(permission)) return;
  throw new GraphQLError(refusals[permission], { extensions: { code: "FORBIDDEN" } });
}

const refusals: Readonly<Record<Permission, string>> = {
  changeGallery: "Your key lets you read the gallery, not change it.",
  watchServer: "Your key does not let you see what the server does for others: an admin's does.",
};
