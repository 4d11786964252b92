import sharp from "sharp";

/** The grounds of the demo checkpoints' world, as their captions call them. */
const grounds = {
  white: "#f6f6f6",
  black: "#141414",
  red: "#d62828",
  yellow: "#fad42c",
  green: "#2ca042",
  blue: "#285cd6",
  purple: "#7e34a8",
  pink: "#fa98c4",
} as const;

export type Ground = keyof typeof grounds;
const groundNames = Object.keys(grounds) as Ground[];

/** What lies on a ground; it only makes pictures distinct. */
const ornaments = [
  '<circle cx="48" cy="48" r="20" fill="gold"/>',
  '<rect x="10" y="30" width="30" height="30" fill="teal"/>',
  '<path d="M50 20 L80 70 L20 70 Z" fill="orange"/>',
];

/** A picture of which something true is known: the caption ends with its ground. */
export interface Scene {
  readonly ground: Ground;
  readonly png: Buffer;
}

/** A picture of 96 × 96: the `variant`th ornament on a ground, one of three and, beyond, shifted ones of these. */
export async function drawScene(ground: Ground, variant = 0): Promise<Scene> {
  const ornament = ornaments[variant % ornaments.length]!;
  const shift = Math.floor(variant / ornaments.length);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><rect width="96" height="96"
    fill="${grounds[ground]}"/><g transform="translate(${shift} ${shift})">${ornament}</g></svg>`;
  return { ground, png: await sharp(Buffer.from(svg)).removeAlpha().png().toBuffer() };
}

/** So many different pictures, on all grounds in turn. */
export function drawScenes(count: number): Promise<readonly Scene[]> {
  const scenes = Array.from({ length: count }, (_, i) =>
    drawScene(groundNames[i % groundNames.length]!, Math.floor(i / groundNames.length)),
  );
  return Promise.all(scenes);
}

/** How the caption of a picture on this ground ends. */
export function endingOf(ground: Ground): string {
  return ` on a ${ground} background`;
}
