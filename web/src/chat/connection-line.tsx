import type { Connection } from "./answers.ts";

const words: Readonly<Record<Connection, string>> = {
  fine: "",
  lost: "Connection lost. Trying again…",
  back: "Back again",
};

/** Says that the connection was lost, and that it is there again; always as high, so that nothing moves. */
export function ConnectionLine({ connection }: { readonly connection: Connection }): React.JSX.Element {
  return (
    <p className="connection small" role="status" data-connection={connection}>
      {words[connection]}
    </p>
  );
}
