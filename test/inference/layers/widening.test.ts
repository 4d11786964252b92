import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, it } from "vitest";
import { attend } from "../../../inference/layers/attention.ts";
import { Graph } from "../../../inference/onnx/graph.ts";
import { CPU } from "../../../inference/onnx/target.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const [LAYERS, ROWS] = [4, 32];
const DIMS = [1, 2, ROWS, 8];

/** Layers of attention, each over rows of float16 that the graph is given, each for what the one before gives. */
function attentions(): Uint8Array {
  const graph = new Graph("attentions", { ...CPU, cache: "float16" });
  let x = graph.input("x", "float32", ["batch", 1, 16]);
  for (let i = 0; i < LAYERS; i++) {
    const [keys, values] = ["k", "v"].map((name) => graph.input(`${name}.${i}`, "float16", ["batch", 2, "rows", 8]));
    const queries = x.reshape(["batch", 1, 2, 8]).transpose([0, 2, 1, 3]);
    x = attend(queries, { keys: keys!, values: values! });
  }
  graph.output("y", x);
  return graph.build().bytes;
}

/** A tensor of float16's zeros. */
function halves(): Tensor {
  return Object.defineProperty(new Tensor("uint16", new Uint16Array(2 * ROWS * 8), DIMS), "type", { value: "float16" });
}

/** The operators of a pass in the order in which they ran. */
async function operatorsOf(bytes: Uint8Array, folder: string): Promise<readonly string[]> {
  const options = { enableProfiling: true, profileFilePrefix: join(folder, "profile"), intraOpNumThreads: 1 };
  const session = await InferenceSession.create(bytes, options);
  const past = session.inputNames.filter((name) => name !== "x").map((name) => [name, halves()] as const);
  await session.run({ x: new Tensor("float32", new Float32Array(16), [1, 1, 16]), ...Object.fromEntries(past) });
  session.endProfiling();
  const [file] = readdirSync(folder);
  const events = JSON.parse(readFileSync(join(folder, file!), "utf8")) as {
    readonly cat: string;
    readonly name: string;
    readonly args?: { readonly op_name?: string };
  }[];
  const kernels = events.filter(({ cat, name }) => cat === "Node" && name.endsWith("kernel_time"));
  return kernels.map(({ args }) => args!.op_name!);
}

it("keys and values in float16 are widened layer by layer, never all at once", async () => {
  const folder = temporaryFolder("widening");
  const operators = await operatorsOf(attentions(), folder);
  const steps = operators.filter((name) => name === "Cast" || name === "Softmax").join(" ");
  expect(steps).toBe(Array<string>(LAYERS).fill("Cast Softmax Cast").join(" "));
});
