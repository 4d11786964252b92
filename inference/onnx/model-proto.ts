/**
 * The ONNX messages that a graph needs, with the names and field numbers of
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
import { bytesField, floatField, intField, message, messageField, stringField, type Encoded } from "./protobuf.ts";
import type { Dim, Shape } from "./shape.ts";

/** TensorProto.DataType */
export const dataTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  bfloat16: 16,
} as const;
export type DType = keyof typeof dataTypes;

const EXTERNAL = 1;
const IR_VERSION = 10;
const OPSETS = [
  { domain: "", version: 21 },
  { domain: "com.microsoft", version: 1 },
] as const;

export interface GraphProto {
  readonly name: string;
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly TensorProto[];
  readonly inputs: readonly ValueInfoProto[];
  readonly outputs: readonly ValueInfoProto[];
}

export interface NodeProto {
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  /** "" stands for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeProto>>;
}

export type AttributeProto =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  /** Nodes that may read values of the graph around them; it has outputs only. */
  | { readonly kind: "graph"; readonly value: GraphProto };

export interface TensorProto {
  readonly name: string;
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly data: TensorBytes;
}

/** The bytes themselves, or where they lie in a file of the model's folder. */
export type TensorBytes = { readonly raw: Uint8Array } | { readonly external: ExternalData };

export interface ExternalData {
  /** A file name, without a folder. */
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

export interface ValueInfoProto {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** The values that a node reads, also within the graphs that are its attributes. */
export function valuesRead({ inputs, attributes }: NodeProto): string[] {
  const within = Object.values(attributes).flatMap((attribute) => {
    if (attribute.kind !== "graph") return [];
    const { nodes, outputs } = attribute.value;
    const made = new Set(nodes.flatMap((node) => node.outputs));
    return [...nodes.flatMap(valuesRead), ...outputs.map(({ name }) => name)].filter((name) => !made.has(name));
  });
  return [...inputs, ...within].filter((name) => name !== "");
}

/** A node with other names for the values that it reads and makes. */
export function renamedNode(node: NodeProto, rename: (value: string) => string): NodeProto {
  const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, AttributeProto] => {
    if (attribute.kind !== "graph") return [name, attribute];
    const nodes = attribute.value.nodes.map((inner) => renamedNode(inner, rename));
    return [name, { ...attribute, value: { ...attribute.value, nodes } }];
  });
  const [inputs, outputs] = [node.inputs.map(rename), node.outputs.map(rename)];
  return { ...node, inputs, outputs, attributes: Object.fromEntries(attributes) };
}

/** A whole model's bytes, as `InferenceSession.create` takes them. */
export function modelProto(graph: GraphProto): Encoded {
  return message([
    intField(1, IR_VERSION),
    stringField(2, "triptych"),
    messageField(7, graphProto(graph)),
    ...OPSETS.map(({ domain, version }) => messageField(8, [stringField(1, domain), intField(2, version)])),
  ]);
}

function graphProto(graph: GraphProto): Encoded[] {
  return [
    ...graph.nodes.map((node) => messageField(1, nodeProto(node))),
    stringField(2, graph.name),
    ...graph.initializers.map((tensor) => messageField(5, tensorProto(tensor))),
    ...graph.inputs.map((value) => messageField(11, valueInfoProto(value))),
    ...graph.outputs.map((value) => messageField(12, valueInfoProto(value))),
  ];
}

function nodeProto(node: NodeProto): Encoded[] {
  return [
    ...node.inputs.map((name) => stringField(1, name)),
    ...node.outputs.map((name) => stringField(2, name)),
    stringField(3, node.name),
    stringField(4, node.op),
    ...Object.entries(node.attributes).map(([name, value]) => messageField(5, attributeProto(name, value))),
    stringField(7, node.domain),
  ];
}

function attributeProto(name: string, attribute: AttributeProto): Encoded[] {
  switch (attribute.kind) {
    case "float":
      return [stringField(1, name), floatField(2, attribute.value), intField(20, 1)];
    case "int":
      return [stringField(1, name), intField(3, attribute.value), intField(20, 2)];
    case "string":
      return [stringField(1, name), stringField(4, attribute.value), intField(20, 3)];
    case "ints":
      return [stringField(1, name), ...attribute.value.map((value) => intField(8, value)), intField(20, 7)];
    case "graph":
      return [stringField(1, name), messageField(6, graphProto(attribute.value)), intField(20, 5)];
  }
}

function tensorProto(tensor: TensorProto): Encoded[] {
  const head = [
    ...tensor.dims.map((dim) => intField(1, dim)),
    intField(2, dataTypes[tensor.dtype]),
    stringField(8, tensor.name),
  ];
  if ("raw" in tensor.data) return [...head, bytesField(9, tensor.data.raw)];
  const { location, offset, length } = tensor.data.external;
  const entries = { location, offset: String(offset), length: String(length) };
  return [...head, ...Object.entries(entries).map(stringStringEntryProto), intField(14, EXTERNAL)];
}

function stringStringEntryProto([key, value]: [string, string]): Encoded {
  return messageField(13, [stringField(1, key), stringField(2, value)]);
}

function valueInfoProto({ name, dtype, shape }: ValueInfoProto): Encoded[] {
  const dims = shape.map((dim) => messageField(1, [dimension(dim)]));
  const tensorType = messageField(1, [intField(1, dataTypes[dtype]), messageField(2, dims)]);
  return [stringField(1, name), messageField(2, [tensorType])];
}

function dimension(dim: Dim): Encoded {
  return typeof dim === "number" ? intField(1, dim) : stringField(2, dim);
}
