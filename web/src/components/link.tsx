import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { goTo } from "../use-path.ts";

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href" | "onClick"> {
  readonly to: string;
}

/** A link to another room, without loading the page anew; with a modifier key it is a link like any other. */
export function Link({ to, ...rest }: LinkProps): React.JSX.Element {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(to);
  };
  return <a href={to} onClick={follow} {...rest} />;
}
