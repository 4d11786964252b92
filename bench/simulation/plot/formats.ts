/** How numbers are written at ticks. */

export function count(value: number): string {
  return value >= 1000 ? `${trimmed(value / 1000)}k` : trimmed(value);
}

export function milliseconds(value: number): string {
  return value >= 1000 ? `${trimmed(value / 1000)} s` : `${trimmed(value)} ms`;
}

export function bytes(value: number): string {
  if (value >= 1e9) return `${trimmed(value / 1e9)} GB`;
  return value >= 1e6 ? `${trimmed(value / 1e6)} MB` : `${trimmed(value / 1e3)} kB`;
}

export function percent(value: number): string {
  return `${trimmed(100 * value)} %`;
}

export function times(value: number): string {
  return `${trimmed(value)} ×`;
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}
