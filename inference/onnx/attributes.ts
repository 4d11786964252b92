import type { AttributeProto } from "./model-proto.ts";

export type Attributes = Readonly<Record<string, AttributeProto>>;

export function int(value: number): AttributeProto {
  return { kind: "int", value };
}

export function float(value: number): AttributeProto {
  return { kind: "float", value };
}

export function ints(value: readonly number[]): AttributeProto {
  return { kind: "ints", value };
}

export function text(value: string): AttributeProto {
  return { kind: "string", value };
}
