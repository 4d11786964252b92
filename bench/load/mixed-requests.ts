import type { PictureFile } from "../graphql.ts";
import type { Xorshift } from "../random.ts";
import type { Asker } from "./asker.ts";
import { cancelledChat, leftChat, wholeChat } from "./mixed-chats.ts";
import { type Body, jsonBody, uploadBody } from "./upload.ts";

/** Whoever asks, and what it takes. */
export interface Mixing {
  readonly url: string;
  readonly asker: Asker;
  readonly pictures: readonly PictureFile[];
  readonly random: Xorshift;
}

/** A kind of request: how many of a hundred, how it is asked, and what is to come of it. */
interface Kind {
  readonly share: number;
  readonly ask: (mixing: Mixing, count: number) => Promise<string>;
  readonly expected: string;
}

const kinds = {
  caption: { share: 24, ask: upload(caption), expected: "OK" },
  answer: { share: 20, ask: upload(answer), expected: "OK" },
  match: { share: 14, ask: upload(match), expected: "OK" },
  search: { share: 10, ask: search, expected: "OK" },
  "picture added and removed": { share: 2, ask: changeGallery, expected: "OK" },
  chat: { share: 8, ask: wholeChat, expected: "OK" },
  "chat that is left": { share: 8, ask: leftChat, expected: "LEFT" },
  "chat that is cancelled": { share: 4, ask: cancelledChat, expected: "OK" },
  "no picture": { share: 5, ask: upload(noPicture), expected: "IMAGE_UNREADABLE" },
  "bad document": { share: 5, ask: badDocument, expected: "BAD_USER_INPUT" },
} as const satisfies Readonly<Record<string, Kind>>;

/** Asks one thing of many, by chance. Throws where it does not come to what it should. */
export async function askSomething(mixing: Mixing, count: number): Promise<void> {
  const [name, { ask, expected }] = choose(mixing.random);
  const code = await ask(mixing, count);
  if (code !== expected) throw new Error(`Request ${count}, ${name}: ${code} where ${expected} was expected.`);
}

function choose(random: Xorshift): readonly [string, Kind] {
  let rest = 100 * random.fraction();
  const all = Object.entries<Kind>(kinds);
  return all.find(([, { share }]) => (rest -= share) < 0) ?? all[0]!;
}

export function pick<T>(items: readonly T[], random: Xorshift): T {
  return items[random.next() % items.length]!;
}

function upload(document: (random: Xorshift) => string | { readonly query: string; readonly bytes: Buffer }) {
  return async ({ asker, pictures, random }: Mixing): Promise<string> => {
    const given = document(random);
    const picture = pick(pictures, random);
    const body =
      typeof given === "string"
        ? uploadBody(given, [picture])
        : uploadBody(given.query, [{ ...picture, bytes: new Uint8Array(given.bytes) }]);
    return (await asker.ask(body)).code;
  };
}

const families = ["BLIP", "BLIP2", "LLAVA"] as const;
const matching = ["BLIP", "BLIP2"] as const;
const words = [
  "a cat",
  "two red keys",
  "a boat below a star",
  "three mushrooms",
  "a house on a blue background",
] as const;

function caption(random: Xorshift): string {
  const options = `options: { maxTokens: 12, seed: ${random.next() % 1000} }`;
  return `query Q($image0: ImageInput!) { caption(image: $image0, family: ${pick(families, random)}, ${options}) { text } }`;
}

function answer(random: Xorshift): string {
  const asked = `question: "is there ${pick(words, random)}?", options: { maxTokens: 8 }`;
  return `query Q($image0: ImageInput!) { vqa(image: $image0, family: ${pick(families, random)}, ${asked}) { text } }`;
}

function match(random: Xorshift): string {
  const asked = `family: ${pick(matching, random)}, text: "${pick(words, random)}"`;
  return `query Q($image0: ImageInput!) { match(image: $image0, ${asked}) { probability } }`;
}

function noPicture(random: Xorshift): { readonly query: string; readonly bytes: Buffer } {
  return { query: caption(random), bytes: Buffer.from(`no picture, but text: ${random.next()}`) };
}

async function search({ asker, random }: Mixing): Promise<string> {
  const asked = `family: ${pick(matching, random)}, text: "${pick(words, random)}", first: 5, rerank: 4`;
  return (await asker.ask(jsonBody(`{ retrieveImages(${asked}) { edges { node { id } score } } }`, {}))).code;
}

/** One of the crowd's pictures is in the gallery or not, whoever was the last to change that. */
async function changeGallery({ asker, pictures, random }: Mixing): Promise<string> {
  const picture = pick(pictures, random);
  const add = `mutation M($image0: ImageInput!) { addImages(input: { images: [{ image: $image0 }] }) { images { id } } }`;
  const added = await asker.ask(uploadBody(add, [picture]));
  if (added.code !== "OK") return added.code;
  const { addImages } = added.data as { addImages: { images: readonly { id: string }[] } };
  const ids = addImages.images.map(({ id }) => id);
  const remove = `mutation M($ids: [ID!]!) { removeImages(input: { ids: $ids }) { removedIds } }`;
  return (await asker.ask(jsonBody(remove, { ids }))).code;
}

/** No two alike, so that whatever remembers documents has more to remember each time. */
async function badDocument({ asker }: Mixing, count: number): Promise<string> {
  const bodies: readonly Body[] = [
    jsonBody(`{ models { id } # never ends ${count}`, {}),
    jsonBody(`{ models { nothing${count} } }`, {}),
    jsonBody(`query Q($id: ID!) { node(id: $id) { id } }`, { [`wrong${count}`]: 1 }),
    { headers: { "content-type": "application/json" }, bytes: Buffer.from(`{"query": ${count}`) },
  ];
  return (await asker.ask(bodies[count % bodies.length]!)).code;
}
