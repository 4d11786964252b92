import { join, resolve } from "node:path";
import { Gallery } from "../gallery/gallery.ts";
import type { GalleryStore } from "../gallery/store.ts";
import type { Inference } from "../inference/index.ts";
import { shownUrl } from "../postgres/database-url.ts";
import { ConfigError } from "./config-error.ts";
import type { Config } from "./config.ts";
import type { SharedGallery } from "./shared-gallery.ts";

/** Opens the gallery of this machine, or the one that it shares; a ConfigError says why not, without secrets. */
export async function openGallery(
  { dataDirectory, sharedGallery }: Pick<Config, "dataDirectory" | "sharedGallery">,
  inference: Inference,
  report: (problem: string) => void,
): Promise<Gallery> {
  if (sharedGallery === undefined) return openOwn(dataDirectory, inference, report);
  return new Gallery(await openShared(sharedGallery, { dataDirectory, report }), inference, { report });
}

async function openOwn(folder: string, inference: Inference, report: (problem: string) => void): Promise<Gallery> {
  try {
    return await Gallery.open(resolve(folder), inference, { report });
  } catch (error) {
    throw new ConfigError(
      `The gallery in ${folder} cannot be opened: ${reasonOf(error)}. Choose another folder by --data.`,
    );
  }
}

/** Its code is loaded only where it is wanted. What this machine needs of it lies in a folder of its own. */
export async function openShared(
  shared: SharedGallery,
  { dataDirectory, report }: { readonly dataDirectory: string; readonly report: (problem: string) => void },
): Promise<GalleryStore> {
  const { openPostgresStore } = await import("../gallery/postgres/open-postgres-store.ts");
  try {
    const folder = join(resolve(dataDirectory), "shared");
    return await openPostgresStore({ ...shared, folder, env: process.env, report });
  } catch (error) {
    const place = shownUrl(shared.url);
    const settings = "Name another database by --gallery-db, or another place of its pictures by --blobs.";
    throw new ConfigError(`The gallery in ${place} cannot be opened: ${reasonOf(error)}. ${settings}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
