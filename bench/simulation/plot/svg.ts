export type Attributes = Readonly<Record<string, string | number>>;

/** An element with what is in it; numbers are rounded, so that equal figures are equal bytes. */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attribute(value)}"`);
  const start = `<${name}${written.join("")}`;
  return content.length === 0 ? `${start}/>` : `${start}>${content.join("")}</${name}>`;
}

export function text(content: string, attributes: Attributes): string {
  return element("text", attributes, escaped(content));
}

/** A line through points; undefined lifts the pen. */
export function path(points: readonly (readonly [number, number] | undefined)[], attributes: Attributes): string {
  const commands = points.map((point, i) => {
    if (point === undefined) return "";
    return `${points[i - 1] === undefined ? "M" : "L"}${rounded(point[0])} ${rounded(point[1])}`;
  });
  return element("path", { d: commands.join(""), ...attributes });
}

function attribute(value: string | number): string {
  return typeof value === "number" ? String(rounded(value)) : escaped(value);
}

function rounded(value: number): number {
  return Math.round(10 * value) / 10;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
