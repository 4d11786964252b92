/**
 * CMYK to RGB as Pillow's `convert("RGB")` does it, without profiles: each ink dims what black lets through.
 * [pixels, 4] to [pixels, 3].
 */
export function cmykToRgb(cmyk: Uint8Array): Uint8Array {
  const rgb = new Uint8ClampedArray((cmyk.length / 4) * 3);
  for (let from = 0, to = 0; from < cmyk.length; from += 4, to += 3) {
    const light = 255 - cmyk[from + 3]!;
    rgb[to] = light - timesOver255(cmyk[from]!, light);
    rgb[to + 1] = light - timesOver255(cmyk[from + 1]!, light);
    rgb[to + 2] = light - timesOver255(cmyk[from + 2]!, light);
  }
  return new Uint8Array(rgb.buffer);
}

/** a·b / 255, rounded: Pillow's MULDIV255. */
function timesOver255(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}
