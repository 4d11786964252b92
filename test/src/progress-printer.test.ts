import { describe, expect, it } from "vitest";
import { HubError } from "../../hub/index.ts";
import { progressPrinter } from "../../src/progress-printer.ts";

const steps = [
  { at: 0, bytes: 5e6 },
  { at: 50, bytes: 6e6 },
  { at: 2_000, bytes: 9e6 },
  { at: 20_000, bytes: 10e6 },
];

function printed(isTTY: boolean): string {
  let [text, now] = ["", 0];
  const stream = { isTTY, write: (more: unknown) => ((text += String(more)), true) };
  const printer = progressPrinter(stream, () => now);
  for (const { at, bytes } of steps) {
    now = at;
    printer.show({ repository: "a/b", files: 2, bytes, totalBytes: 10e6 });
  }
  printer.end();
  return text;
}

describe("a download's progress", () => {
  it("is a bar on a terminal, drawn again in its place", () => {
    expect(printed(true).split("\r\x1b[K")).toEqual([
      "",
      "a/b  [###############...............] 50 %, 5.0 MB of 10.0 MB",
      "a/b  [###########################...] 90 %, 9.0 MB of 10.0 MB, 2.0 MB/s",
      "a/b  [##############################] 100 %, 10.0 MB of 10.0 MB, 0.3 MB/s\n",
    ]);
  });

  it("is a plain line now and then elsewhere", () => {
    expect(printed(false).split("\n")).toEqual([
      "a/b: 50 %, 5.0 MB of 10.0 MB",
      "a/b: 100 %, 10.0 MB of 10.0 MB, 0.3 MB/s",
      "",
    ]);
  });

  it.each([
    [true, "\r\x1b[KHTTP 429: it asks to wait 7 s. Trying again in 7 s.\n\r\x1b[Ka/b  ["],
    [false, "HTTP 429: it asks to wait 7 s. Trying again in 7 s.\na/b: 50 %"],
  ])("on a terminal (%s) is told in its own line why it waits, and goes on", (isTTY, lines) => {
    let text = "";
    const stream = { isTTY, write: (more: unknown) => ((text += String(more)), true) };
    const printer = progressPrinter(stream, () => 0);
    printer.wait({ error: new HubError("busy", "HTTP 429: it asks to wait 7 s."), ms: 6_400 });
    printer.show({ repository: "a/b", files: 2, bytes: 5e6, totalBytes: 10e6 });
    expect(text.startsWith(lines)).toBe(true);
  });
});
