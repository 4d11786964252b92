import { join, resolve } from "node:path";
import { SqliteStore } from "../gallery/sqlite-store.ts";
import type { GalleryStore } from "../gallery/store.ts";
import { shownUrl } from "../postgres/database-url.ts";
import { LOCAL_TENANT } from "./access/tenant.ts";
import { ConfigError } from "./config-error.ts";
import type { SharedGallery } from "./shared-gallery.ts";

export interface OpenStoresOptions {
  /** Of the local tenant, or for what this machine needs of a shared gallery. */
  readonly folder: string;
  readonly shared: SharedGallery | undefined;
  readonly report: (problem: string) => void;
}

/** The stores of tenants' galleries. */
export interface Stores {
  /** A ConfigError says why it cannot be opened, without secrets. */
  open(tenant: string): Promise<GalleryStore>;
  /** Ends what the stores share, once they are closed. */
  close(): Promise<void>;
}

/** The stores of galleries of this machine, or of those that it shares; a database is opened now. */
export async function openStores({ folder, shared, report }: OpenStoresOptions): Promise<Stores> {
  if (shared !== undefined) return sharedStores(shared, { folder, report });
  return { open: (tenant) => openOwn(folder, tenant), close: () => Promise.resolve() };
}

/** In a folder of its own, within `tenants` for all but the local one. */
async function openOwn(folder: string, tenant: string): Promise<GalleryStore> {
  const place = resolve(tenant === LOCAL_TENANT ? folder : join(folder, "tenants", tenant));
  try {
    return await SqliteStore.open(place);
  } catch (error) {
    throw new ConfigError(
      `The gallery in ${place} cannot be opened: ${reasonOf(error)}. Choose another folder by --data.`,
    );
  }
}

/** Its code is loaded only where it is wanted. What this machine needs of it lies in a folder of its own. */
async function sharedStores(
  { url, blobs, gallery }: SharedGallery,
  { folder, report }: Pick<OpenStoresOptions, "folder" | "report">,
): Promise<Stores> {
  const explained = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      const settings = "Name another database by --gallery-db, or another place of its pictures by --blobs.";
      throw new ConfigError(`The gallery in ${shownUrl(url)} cannot be opened: ${reasonOf(error)}. ${settings}`);
    }
  };
  const { PostgresDatabase } = await import("../gallery/postgres/postgres-database.ts");
  const place = { url, blobs, folder: join(resolve(folder), "shared"), env: process.env, report };
  const database = await explained(PostgresDatabase.open(place));
  const nameOf = (tenant: string): string => (tenant === LOCAL_TENANT ? gallery : `${gallery}.${tenant}`);
  return { open: (tenant) => explained(database.gallery(nameOf(tenant))), close: () => database.close() };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
