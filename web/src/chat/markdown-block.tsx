import type { MarkedToken, Token, Tokens } from "marked";
import { CopyButton } from "../components/copy-button.tsx";
import { MarkdownInline } from "./markdown-inline.tsx";

/** What is nested deeper is shown as it is written. */
const MAX_DEPTH = 24;

interface BlockProps {
  readonly token: MarkedToken;
  /** Blocks around it. */
  readonly depth: number;
}

export function MarkdownBlock({ token, depth }: BlockProps): React.JSX.Element | null {
  if (depth > MAX_DEPTH) return <p>{token.raw}</p>;
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "hr":
      return <hr />;
    case "heading":
      // All of one level: the page's own headings are above them, and none is left out between.
      return (
        <h3 data-depth={token.depth}>
          <MarkdownInline tokens={token.tokens} depth={0} />
        </h3>
      );
    case "paragraph":
      return (
        <p>
          <MarkdownInline tokens={token.tokens} depth={0} />
        </p>
      );
    case "code":
      return <CodeBlock token={token} />;
    case "blockquote":
      return (
        <blockquote>
          <MarkdownBlocks tokens={token.tokens} depth={depth + 1} />
        </blockquote>
      );
    case "list":
      return <List token={token} depth={depth} />;
    case "table":
      return <Table token={token} />;
    case "html":
      return <p>{token.raw}</p>;
    case "list_item":
      return <MarkdownBlocks tokens={token.tokens} depth={depth + 1} />;
    case "br":
    case "checkbox":
    case "codespan":
    case "del":
    case "em":
    case "escape":
    case "image":
    case "link":
    case "strong":
    case "text":
      return <MarkdownInline tokens={[token]} depth={0} />;
  }
}

function MarkdownBlocks(props: { readonly tokens: readonly Token[]; readonly depth: number }): React.JSX.Element {
  const tokens = props.tokens as readonly MarkedToken[];
  return (
    <>
      {tokens.map((token, i) => (
        <MarkdownBlock key={i} token={token} depth={props.depth} />
      ))}
    </>
  );
}

function CodeBlock({ token }: { readonly token: Tokens.Code }): React.JSX.Element {
  return (
    <figure className="code">
      <figcaption>
        <span>{token.lang}</span>
        <CopyButton text={token.text} what="the code" />
      </figcaption>
      <pre tabIndex={0} role="group" aria-label="Code">
        <code>{token.text}</code>
      </pre>
    </figure>
  );
}

function List({ token, depth }: { readonly token: Tokens.List; readonly depth: number }): React.JSX.Element {
  const items = token.items.map((item, i) => (
    <li key={i}>
      <MarkdownBlocks tokens={item.tokens} depth={depth + 1} />
    </li>
  ));
  return token.ordered ? <ol start={Number(token.start)}>{items}</ol> : <ul>{items}</ul>;
}

function Table({ token }: { readonly token: Tokens.Table }): React.JSX.Element {
  return (
    <div className="table" tabIndex={0} role="group" aria-label="Table">
      <table>
        <thead>
          <Row cells={token.header} />
        </thead>
        <tbody>
          {token.rows.map((cells, i) => (
            <Row key={i} cells={cells} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ cells }: { readonly cells: readonly Tokens.TableCell[] }): React.JSX.Element {
  return (
    <tr>
      {cells.map(({ header, tokens, align }, i) => {
        const Cell = header ? "th" : "td";
        return (
          <Cell key={i} data-align={align ?? "left"}>
            <MarkdownInline tokens={tokens} depth={0} />
          </Cell>
        );
      })}
    </tr>
  );
}
