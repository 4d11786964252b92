import { drawPanel, type Panel, type Series } from "./panel.ts";
import { element, text } from "./svg.ts";

/** Panels side by side, in rows; one legend for all of them. */
export interface Figure {
  readonly title: string;
  /** Below the title: what was simulated, and what is left out of the picture. */
  readonly notes: readonly string[];
  readonly columns: number;
  readonly panels: readonly Panel[];
}

const WIDTH = 980;
const PANEL_HEIGHT = 236;
const [TITLE_HEIGHT, NOTE_HEIGHT, LEGEND_HEIGHT] = [30, 17, 26];

/** Colours by Okabe and Ito, which differ for everybody; lighter ones on a dark ground. */
const STYLE = `
svg{--ground:#fff;--ink:#1f2328;--soft:#59636e;--grid:#e6e9ed;--blue:#0072b2;--orange:#d55e00;--green:#009e73;--red:#b3407f;--grey:#8b949e}
@media (prefers-color-scheme:dark){svg{--ground:#0d1117;--ink:#e6edf3;--soft:#9198a1;--grid:#262c36;--blue:#56b4e9;--orange:#ff9e57;--green:#3fc79a;--red:#e88ac2;--grey:#8b949e}}
text{font-family:system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:var(--ink);font-size:11px}
.heading{font-size:16px;font-weight:600}.title{font-size:12.5px;font-weight:600}.soft,.tick,.label{fill:var(--soft)}.tick{font-size:10.5px}
.ground{fill:var(--ground)}.frame{fill:none;stroke:var(--soft);stroke-opacity:.5}.grid{stroke:var(--grid)}
.blue{--own:var(--blue)}.orange{--own:var(--orange)}.green{--own:var(--green)}.red{--own:var(--red)}.grey{--own:var(--grey)}
.curve{fill:none;stroke:var(--own);stroke-width:1.8;stroke-linejoin:round}circle{fill:var(--own)}
.dashed .curve{stroke-dasharray:6 3}.dotted .curve{stroke-dasharray:1.5 3}
.mark{stroke:var(--own);stroke-dasharray:3 3}.note{fill:var(--own);font-size:10px}`;

/** The figure as a file; the same figure gives the same bytes. */
export function drawFigure({ title, notes, columns, panels }: Figure): string {
  const top = TITLE_HEIGHT + NOTE_HEIGHT * notes.length + LEGEND_HEIGHT;
  const height = top + PANEL_HEIGHT * Math.ceil(panels.length / columns) + 4;
  const size = { width: WIDTH / columns, height: PANEL_HEIGHT };
  const placed = panels.map((panel, i) => {
    const [x, y] = [(i % columns) * size.width, top + Math.floor(i / columns) * PANEL_HEIGHT];
    return element("g", { transform: `translate(${x} ${y})` }, drawPanel(panel, size));
  });
  const content = [
    element("title", {}, title),
    element("style", {}, STYLE),
    element("rect", { width: WIDTH, height, class: "ground" }),
    text(title, { x: 14, y: 22, class: "heading" }),
    ...notes.map((note, i) => text(note, { x: 14, y: TITLE_HEIGHT + 11 + NOTE_HEIGHT * i, class: "soft" })),
    drawLegend(panels, top - LEGEND_HEIGHT + 15),
    ...placed,
  ];
  const attributes = { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${WIDTH} ${height}`, role: "img" };
  return `${element("svg", attributes, ...content.map((line) => `\n${line}`), "\n")}\n`;
}

function drawLegend(panels: readonly Panel[], y: number): string {
  const byName = new Map(panels.flatMap(({ series }) => series.map((one) => [one.name, one] as const)));
  let x = 14;
  const entries = [...byName.values()].map((series) => {
    const entry = element("g", { transform: `translate(${x} ${y})` }, legendEntry(series));
    x += 40 + 6.2 * series.name.length + 14;
    return entry;
  });
  return entries.join("");
}

function legendEntry({ name, colour, stroke }: Series): string {
  const line = element("path", { d: "M0 -4L26 -4", class: "curve" });
  return element("g", { class: `${colour} ${stroke}` }, line, text(name, { x: 32, y: 0 }));
}
