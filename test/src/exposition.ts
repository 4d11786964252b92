/** A sample of a metric: a line of the text that Prometheus reads. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A scrape, read strictly. https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export class Exposition {
  readonly samples: readonly Sample[];
  /** By metric name. */
  readonly types = new Map<string, string>();

  constructor(text: string) {
    if (!text.endsWith("\n")) throw new Error("the last line must end");
    const lines = text.split("\n").filter((line) => line !== "");
    for (const [, name, type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) this.types.set(name!, type!);
    this.samples = lines.filter((line) => !line.startsWith("#")).map(sampleOf);
  }

  /** The values of samples that have at least these labels, added up; undefined where there is none. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const found = this.of(name, labels);
    return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
  }

  of(name: string, labels: Readonly<Record<string, string>> = {}): readonly Sample[] {
    const wanted = Object.entries(labels);
    return this.samples.filter(
      (sample) => sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value),
    );
  }
}

/** Reads the metrics at a URL. */
export async function scrape(url: string): Promise<Exposition> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return new Exposition(await response.text());
}

function sampleOf(line: string): Sample {
  const [, name, labels = "", value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error(`no sample: ${line}`);
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label!, text!] as const);
  return { name, labels: Object.fromEntries(pairs), value: value === "+Inf" ? Infinity : Number(value) };
}
