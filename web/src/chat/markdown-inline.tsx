import type { MarkedToken, Token } from "marked";

/** What is nested deeper is shown as it is written. */
const MAX_DEPTH = 24;
const safeProtocols = ["http:", "https:", "mailto:"];
const entities: Readonly<Partial<Record<string, string>>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&nbsp;": "\u00a0",
};

interface InlineProps {
  readonly tokens: readonly Token[] | undefined;
  /** Elements around it, within its block. */
  readonly depth: number;
}

export function MarkdownInline({ tokens = [], depth }: InlineProps): React.JSX.Element {
  return (
    <>
      {(tokens as readonly MarkedToken[]).map((token, i) => (
        <One key={i} token={token} depth={depth} />
      ))}
    </>
  );
}

function One({ token, depth }: { readonly token: MarkedToken; readonly depth: number }): React.ReactNode {
  if (depth > MAX_DEPTH) return token.raw;
  switch (token.type) {
    case "strong":
    case "em":
    case "del": {
      const Element = token.type;
      return (
        <Element>
          <MarkdownInline tokens={token.tokens} depth={depth + 1} />
        </Element>
      );
    }
    case "codespan":
      return <code>{token.text}</code>;
    case "br":
      return <br />;
    case "link":
      return (
        <SafeLink href={token.href}>
          <MarkdownInline tokens={token.tokens} depth={depth + 1} />
        </SafeLink>
      );
    case "image":
      return <SafeLink href={token.href}>{token.text === "" ? "Picture" : `Picture: ${token.text}`}</SafeLink>;
    case "text":
      return token.tokens ? <MarkdownInline tokens={token.tokens} depth={depth + 1} /> : plain(token.text);
    case "escape":
      return token.text;
    case "checkbox":
      return token.checked ? "☑ " : "☐ ";
    // HTML is no more than what was written, and blocks do not stand here.
    case "html":
    case "blockquote":
    case "code":
    case "def":
    case "heading":
    case "hr":
    case "list":
    case "list_item":
    case "paragraph":
    case "space":
    case "table":
      return token.raw;
  }
}

/** A link to where links may go; elsewhere its words alone. */
function SafeLink({ href, children }: { readonly href: string; readonly children: React.ReactNode }): React.ReactNode {
  if (!isSafe(href)) return children;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

function isSafe(href: string): boolean {
  return URL.canParse(href) && safeProtocols.includes(new URL(href).protocol);
}

function plain(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => entities[entity] ?? entity);
}
