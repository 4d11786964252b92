import { Galleries } from "../gallery/galleries.ts";
import { Gallery } from "../gallery/gallery.ts";
import type { Inference } from "../inference/index.ts";
import { LOCAL_TENANT } from "./access/tenant.ts";
import { openStores, type OpenStoresOptions } from "./open-stores.ts";
import { withSubmit } from "./with-submit.ts";

export interface OpenGalleriesOptions extends OpenStoresOptions {
  readonly inference: Inference;
  /** Where everybody is one tenant: the folder of pictures that its gallery begins with. */
  readonly examples: string | undefined;
}

/** Each of this machine has a database, which takes some files and a megabyte of memory. */
const MAX_OPEN = 64;

/** The gallery of everybody, opened now so that what is wrong with it is known at once. */
export async function openLocalGallery(options: OpenGalleriesOptions): Promise<Galleries> {
  const { inference, report, examples } = options;
  const stores = await openStores(options);
  const open = async (tenant: string): Promise<Gallery> => {
    const gallery = new Gallery(await stores.open(tenant), inference, { report });
    gallery.start(examples === undefined ? {} : { examples });
    return gallery;
  };
  const galleries = new Galleries({ open, maxOpen: MAX_OPEN, whenClosed: () => stores.close() });
  await galleries.open(LOCAL_TENANT);
  return galleries;
}

/** A gallery for each tenant. */
export async function openTenantGalleries(options: Omit<OpenGalleriesOptions, "examples">): Promise<Galleries> {
  const { report } = options;
  const stores = await openStores(options);
  const open = async (tenant: string): Promise<Gallery> => {
    const inference = claimedBy(tenant, options.inference);
    const gallery = new Gallery(await stores.open(tenant), inference, { report, tenant });
    gallery.start();
    return gallery;
  };
  return new Galleries({ open, maxOpen: MAX_OPEN, whenClosed: () => stores.close() });
}

/** What a gallery asks in the background it asks as its tenant. */
function claimedBy(tenant: string, inference: Inference): Inference {
  return withSubmit(inference, (task, options) => inference.submit(task, { client: tenant, salt: tenant, ...options }));
}
