import { useEffect, useState } from "react";

interface ThumbnailProps {
  readonly src: string;
  readonly alt: string;
}

const MAX_TRIES = 5;
const FIRST_PAUSE_MS = 1_000;

/** A small copy of a picture. While the server has no room to make it, it is asked for again, ever more seldom. */
export function Thumbnail({ src, alt }: ThumbnailProps): React.JSX.Element {
  const [tries, setTries] = useState({ count: 1, isWaiting: false });
  useEffect(() => {
    if (!tries.isWaiting) return;
    const again = (): void => setTries(({ count }) => ({ count: count + 1, isWaiting: false }));
    const timer = setTimeout(again, FIRST_PAUSE_MS * 2 ** (tries.count - 1));
    return () => clearTimeout(timer);
  }, [tries]);
  if (tries.count > MAX_TRIES) {
    return (
      <span className="thumbnail-missing" role="img" aria-label={alt}>
        cannot be shown
      </span>
    );
  }
  return (
    <img
      key={tries.count}
      src={src}
      alt={alt}
      width={320}
      height={320}
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setTries(({ count }) => ({ count, isWaiting: true }))}
    />
  );
}
