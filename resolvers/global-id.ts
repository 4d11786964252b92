import { InferenceError } from "../inference/index.ts";

const nodeTypes = ["Image", "Model"] as const;

/** The types that `node(id)` can find. */
export type NodeType = (typeof nodeTypes)[number];

export interface GlobalId {
  readonly typename: NodeType;
  readonly id: string;
}

/** The opaque id of a node: base64 of "Type:id". */
export function encodeGlobalId(typename: string, id: string): string {
  return Buffer.from(`${typename}:${id}`).toString("base64");
}

/** Reads a global id; anything else than one of ours is BAD_USER_INPUT. */
export function decodeGlobalId(globalId: string): GlobalId {
  const decoded = tryDecodeGlobalId(globalId);
  if (decoded) return decoded;
  throw new InferenceError("BAD_USER_INPUT", `"${shorten(globalId)}" is not an id that this server gave out.`);
}

/** Reads a global id, or answers undefined where the text is something else, such as a model's name. */
export function tryDecodeGlobalId(globalId: string): GlobalId | undefined {
  const [typename, ...rest] = Buffer.from(globalId, "base64").toString().split(":");
  const id = rest.join(":");
  const known = nodeTypes.find((type) => type === typename);
  if (!known || id === "" || encodeGlobalId(known, id) !== globalId) return undefined;
  return { typename: known, id };
}

/** The picture's id in the gallery behind a global id of an Image. */
export function imageIdOf(globalId: string): string {
  const { typename, id } = decodeGlobalId(globalId);
  if (typename === "Image") return id;
  throw new InferenceError("BAD_USER_INPUT", `"${shorten(globalId)}" is the id of a ${typename}, not of an Image.`);
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
