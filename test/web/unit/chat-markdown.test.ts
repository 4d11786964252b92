import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { MarkdownText } from "../../../web/src/chat/markdown-text.tsx";

const html = (text: string): string => {
  const whole = renderToStaticMarkup(createElement(MarkdownText, { text }));
  return whole.replace(/^<div class="markdown">|<\/div>$/g, "");
};

describe("Markdown of a model", () => {
  it("becomes elements", () => {
    expect(html("two **big** *dogs* and `code`, ~~not~~ &lt;3")).toBe(
      "<p>two <strong>big</strong> <em>dogs</em> and <code>code</code>, <del>not</del> &lt;3</p>",
    );
    expect(html("- one\n- two")).toBe("<ul><li>one</li><li>two</li></ul>");
    expect(html("3. one\n4. two")).toBe('<ol start="3"><li>one</li><li>two</li></ol>');
    expect(html("> said")).toBe("<blockquote><p>said</p></blockquote>");
    expect(html("a\n\n---\n\nb")).toBe("<p>a</p><hr/><p>b</p>");
  });

  it("has headings of one level, below those of the page", () => {
    expect(html("# One\n\n#### Four")).toBe('<h3 data-depth="1">One</h3><h3 data-depth="4">Four</h3>');
  });

  it("has tables and code, which can be copied", () => {
    expect(html("|a|b|\n|-|-:|\n|1|2|")).toContain('<td data-align="right">2</td>');
    expect(html("```js\nlet x;\n```")).toMatch(/js<.*Copy the code.*<code>let x;<\/code>/);
  });

  it("has links to where links may go, in a page of their own", () => {
    const link = 'target="_blank" rel="noopener noreferrer"';
    expect(html("[there](https://example.org/a)")).toBe(`<p><a href="https://example.org/a" ${link}>there</a></p>`);
    expect(html("<mailto:a@example.org>")).toContain('href="mailto:a@example.org"');
  });

  it("never loads a picture", () => {
    expect(html("![a cat](https://example.org/cat.png)")).toMatch(/^<p><a href=[^>]*>Picture: a cat<\/a><\/p>$/);
    expect(html("![](data:image/svg+xml,<svg/onload=alert(1)>)")).not.toMatch(/<img|<a /);
  });
});

describe("hostile Markdown", () => {
  it.each([
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](java\nscript:alert(1))",
    "[a]( javascript:alert(1))",
    "[a](data:text/html,<script>alert(1)</script>)",
    "[a](vbscript:x)",
    "[a](//example.org)",
    "[a](/graphql)",
    "<javascript:alert(1)>",
    "[a]: javascript:alert(1)\n\n[a]",
  ])("has no link in %j", (text) => {
    expect(html(text)).not.toMatch(/<a /);
  });

  it.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "a <b onclick=alert(1)>b</b>",
    "<div><iframe src=//example.org></iframe></div>",
    "- <svg onload=alert(1)>",
    "|<img src=x>|\n|-|\n|<style>*{}</style>|",
    "# <form action=//example.org>",
  ])("shows HTML as it is written: %j", (text) => {
    expect(html(text)).not.toMatch(/<(?:script|img|b|iframe|svg|style|form|div) ?[^>]*(?:src|on\w+|action|>alert)/);
    expect(html(text)).toContain("&lt;");
  });

  it.each([
    ["brackets", "[".repeat(10_000)],
    ["brackets that close", "[".repeat(10_000) + "]".repeat(10_000)],
    ["quotes", `${">".repeat(10_000)}x`],
    ["lists", `${"- ".repeat(5_000)}x`],
    ["links", "[a](".repeat(5_000)],
    ["pictures", "![".repeat(10_000)],
    ["stars", "**a ".repeat(10_000)],
    ["underscores", `${"_".repeat(10_000)}x`],
    ["tags", "<a ".repeat(10_000)],
    ["quotes in lists", "> - ".repeat(3_000)],
  ])("survives ten thousand %s", (_, text) => {
    const begun = performance.now();
    expect(html(text).length).toBeGreaterThan(0);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
