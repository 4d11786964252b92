import { isGalleryName } from "../gallery/postgres/gallery-name.ts";
import { isDatabaseUrl } from "../postgres/database-url.ts";
import { WrongSettingError } from "./config-error.ts";
import { settings } from "./settings.ts";
import { wrong } from "./wrong-setting.ts";

/** A gallery in PostgreSQL, with its pictures elsewhere or there, too. */
export interface SharedGallery {
  /** With a password: not to be shown. */
  readonly url: string;
  readonly gallery: string;
  /** Likewise. */
  readonly blobs: string;
}

/** The gallery that these settings name; undefined without a database. */
export function sharedGallery({ url, gallery, blobs }: SharedGallery): SharedGallery | undefined {
  if (url === "") return undefined;
  if (!isDatabaseUrl(url) || !URL.canParse(url)) throw wrongUrl();
  if (!isGalleryName(gallery)) throw wrong("galleryName", "at most 64 letters, digits, _ and -", gallery);
  return { url, gallery, blobs: blobs === "" ? url : blobs };
}

/** Does not repeat what was given, which may hold a password. */
function wrongUrl(): WrongSettingError {
  const { flag, env } = settings.galleryDb;
  const problem = `--${flag} (or ${env}) must be a URL such as postgres://user:password@host:5432/database.`;
  return new WrongSettingError(flag, problem);
}
