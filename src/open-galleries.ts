import { join, resolve } from "node:path";
import { Galleries } from "../gallery/galleries.ts";
import { Gallery } from "../gallery/gallery.ts";
import type { Inference } from "../inference/index.ts";
import { LOCAL_TENANT } from "./access/tenant.ts";
import { ConfigError } from "./config-error.ts";
import { withSubmit } from "./with-submit.ts";

export interface OpenGalleriesOptions {
  /** Of the local tenant; the others' are within it. */
  readonly folder: string;
  readonly inference: Inference;
  readonly report: (problem: string) => void;
  /** Where everybody is one tenant: the folder of pictures that its gallery begins with. */
  readonly examples: string | undefined;
}

/** Each has a database, which takes some files and a megabyte of memory. */
const MAX_OPEN = 64;

/** The gallery of everybody, opened now so that what is wrong with it is known at once. */
export async function openLocalGallery(options: OpenGalleriesOptions): Promise<Galleries> {
  const open = async (): Promise<Gallery> => {
    const gallery = await openGallery(options.folder, options);
    gallery.start(options.examples === undefined ? {} : { examples: options.examples });
    return gallery;
  };
  const galleries = new Galleries({ open, maxOpen: MAX_OPEN });
  await galleries.open(LOCAL_TENANT);
  return galleries;
}

/** A gallery for each tenant in a folder of its own, within `tenants` for all but the local one. */
export function openTenantGalleries(options: Omit<OpenGalleriesOptions, "examples">): Galleries {
  const open = async (tenant: string): Promise<Gallery> => {
    const folder = tenant === LOCAL_TENANT ? options.folder : join(options.folder, "tenants", tenant);
    const inference = claimedBy(tenant, options.inference);
    const gallery = await openGallery(folder, { ...options, inference }, tenant);
    gallery.start();
    return gallery;
  };
  return new Galleries({ open, maxOpen: MAX_OPEN });
}

async function openGallery(
  folder: string,
  { inference, report }: Pick<OpenGalleriesOptions, "inference" | "report">,
  tenant?: string,
): Promise<Gallery> {
  try {
    return await Gallery.open(resolve(folder), inference, { report, tenant });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`The gallery in ${folder} cannot be opened: ${reason}. Choose another folder by --data.`);
  }
}

/** What a gallery asks in the background it asks as its tenant. */
function claimedBy(tenant: string, inference: Inference): Inference {
  return withSubmit(inference, (task, options) => inference.submit(task, { client: tenant, salt: tenant, ...options }));
}
