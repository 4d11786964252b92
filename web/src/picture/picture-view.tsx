import { nameOf, type Picture } from "./picture.ts";
import { useObjectUrl } from "./use-object-url.ts";

/** The picture; of one that lies elsewhere only where, for this page loads nothing from there. */
export function PictureView({ picture }: { readonly picture: Picture }): React.JSX.Element {
  const fileUrl = useObjectUrl(picture.kind === "file" ? picture.file : undefined);
  if (picture.kind === "url") {
    return (
      <span className="picture-elsewhere">
        A picture from <strong>{hostOf(picture.url)}</strong>, which the server fetches
      </span>
    );
  }
  return <img src={picture.kind === "file" ? fileUrl : picture.url} alt={nameOf(picture)} />;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
