import type { ImageInput } from "../graph/generated/graphql.ts";

/** A picture that a person chose. */
export type Picture =
  | { readonly kind: "file"; readonly file: File }
  /** Of the server's gallery. */
  | { readonly kind: "gallery"; readonly id: string; readonly url: string; readonly caption: string }
  /** The server fetches it: this page loads nothing from elsewhere. */
  | { readonly kind: "url"; readonly url: string };

/** What to say of it where it cannot be seen. */
export function nameOf(picture: Picture): string {
  switch (picture.kind) {
    case "file":
      return picture.file.name;
    case "gallery":
      return picture.caption;
    case "url":
      return picture.url;
  }
}

/** As a query takes it: files are uploaded. */
export function uploadInput(picture: Picture): ImageInput {
  switch (picture.kind) {
    case "file":
      return { upload: picture.file };
    case "gallery":
      return { id: picture.id };
    case "url":
      return { url: picture.url };
  }
}

/** As a subscription takes it, whose messages carry text alone. */
export async function inlineInput(picture: Picture): Promise<ImageInput> {
  return picture.kind === "file" ? { base64: await base64Of(picture.file) } : uploadInput(picture);
}

function base64Of(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve((reader.result as string).replace(/^[^,]*,/, ""));
    reader.onerror = () => reject(reader.error ?? new Error("The file could not be read."));
    reader.readAsDataURL(file);
  });
}
