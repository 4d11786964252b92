/**
 * A uniform number in [0, 1) that depends on nothing but seed and position, so that a generation that goes on elsewhere
 * draws what it would have drawn. Mixing: splitmix32's finalizer (Steele, Lea, Flood 2014), twice.
 */
export function uniform(seed: number, position: number): number {
  const high = mix(mix(seed | 0) ^ Math.floor(seed / 2 ** 32) ^ Math.imul(position + 1, 0x9e3779b9));
  const low = mix(high ^ 0x85ebca6b);
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

function mix(value: number): number {
  let z = (value + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}
