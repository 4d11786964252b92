import { lexer, type MarkedToken } from "marked";
import { memo } from "react";
import { MarkdownBlock } from "./markdown-block.tsx";
import "./markdown.css";

/** Markdown of whoever wrote it, as elements: of its HTML nothing comes to life, and nothing of it is loaded. */
export const MarkdownText = memo(function MarkdownText({ text }: { readonly text: string }): React.JSX.Element {
  return (
    <div className="markdown">
      {blocksOf(text).map((token, i) => (
        // Blocks only grow at the end, so a place names a block.
        <StillBlock key={i} token={token} />
      ))}
    </div>
  );
});

/** While a text comes, all but its last block stay as they are. */
const StillBlock = memo(
  ({ token }: { readonly token: MarkedToken }) => <MarkdownBlock token={token} depth={0} />,
  (last, next) => last.token.type === next.token.type && last.token.raw === next.token.raw,
);
StillBlock.displayName = "StillBlock";

/** The blocks of a text; one that is nested beyond reading is shown as it is written. */
export function blocksOf(text: string): readonly MarkedToken[] {
  try {
    return (lexer(text) as readonly MarkedToken[]).filter(({ type }) => type !== "space");
  } catch {
    return [{ type: "code", raw: text, text }];
  }
}
