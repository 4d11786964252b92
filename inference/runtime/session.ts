import type { InferenceSession as OrtSession, Tensor as OrtTensor } from "onnxruntime-node";
import type { BuiltNetwork } from "../models/model.ts";
import type { Device } from "../onnx/target.ts";
import { namesTogether } from "../onnx/together.ts";
import type { Tensor, TensorData } from "../tensor.ts";
import { ResidentTensor } from "./resident-tensor.ts";

/** Tensors by the graph's input or output names. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** What a session is fed: elements in JS memory, or what lies on its device already. */
export type Feeds = Readonly<Record<string, Tensor | ResidentTensor>>;

export interface SessionOptions {
  /** Threads within an operator. */
  readonly threads: number;
  /** The CPU without it; the graph must be written for it. */
  readonly device?: Device;
  /**
   * "packed", which is usual: the CPU's operators bring matrices into an order of their own when they are loaded.
   * "mapped": they read them from their file's pages, which are there at once, are shared, and can be dropped. In
   * float32 that costs a tower with hundreds of rows 4 % of its time, a decoder of few rows a quarter to a half.
   */
  readonly weights?: "packed" | "mapped";
  /**
   * "planned", which is usual: what is between operators has its place in one piece of memory. "as needed": each has a
   * piece of its own, which is back before results are copied to JS; a tower would take a quarter longer so.
   */
  readonly values?: "planned" | "as needed";
}

/** An input as the graph declares it; dimensions that it leaves open are named. */
export interface SessionInput {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly (number | string)[];
}

/** A network ready to run. */
export interface Session {
  /** Absent where nobody can tell. */
  readonly inputs?: readonly SessionInput[];
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs the network; what `fetch` leaves out costs no copy. Blocks the calling thread. */
  run(inputs: Feeds, fetch?: readonly string[]): Promise<NamedTensors>;
  release(): Promise<void>;
}

/** onnxruntime's ORT_LOGGING_LEVEL_FATAL. */
const FATAL = 4;

/** Weights stay in their files: the graph points into files of `network.folder`. */
export async function createSession(network: BuiltNetwork, options: SessionOptions): Promise<Session> {
  const { run, ...session } = await openSession(network, options);
  return {
    ...session,
    outputNames: session.outputNames.flatMap(namesTogether),
    run: async (inputs, fetch) => {
      const wanted =
        fetch && session.outputNames.filter((name) => namesTogether(name).some((one) => fetch.includes(one)));
      const results = Object.entries(await run(inputs, wanted ?? session.outputNames));
      return Object.fromEntries(results.flatMap(([name, value]) => apart(name, fromOrt(name, value))));
    },
  };
}

/** A session whose results are onnxruntime's own tensors. */
interface OpenSession extends Pick<Session, "inputs" | "inputNames" | "outputNames" | "release"> {
  /** `fetch` names the results that are wanted, or has the tensors that they are written to. */
  readonly run: (inputs: Feeds, fetch: readonly string[] | OrtTensors) => Promise<OrtTensors>;
}

type OrtTensors = Readonly<Record<string, OrtTensor>>;

/** With `results` "resident", they stay on the device. An error of a run says what it was fed. */
export async function openSession(
  network: BuiltNetwork,
  { results, ...options }: SessionOptions & { readonly results?: "resident" },
): Promise<OpenSession> {
  const ort = await loadOnnxRuntime();
  const usual = sessionOptions(network.folder, options);
  const own: OrtSession.SessionOptions = results ? { ...usual, preferredOutputLocation: "gpu-buffer" } : usual;
  const session = await ort.InferenceSession.create(network.bytes, own);
  return {
    inputs: session.inputMetadata.flatMap((input) =>
      input.isTensor ? [{ name: input.name, dtype: input.type, shape: input.shape }] : [],
    ),
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: (inputs, fetch) => {
      const feeds = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, toOrt(ort, tensor)]));
      return session.run(feeds, fetch).catch((cause: unknown) => {
        throw new Error(`${reason(cause)}; inputs were ${describeInputs(inputs)}`, { cause });
      });
    },
    release: () => session.release(),
  };
}

type OnnxRuntime = typeof import("onnxruntime-node");

/** onnxruntime reports usage to its vendor unless told before it is first loaded. */
export function loadOnnxRuntime(): Promise<OnnxRuntime> {
  process.env.ORT_DISABLE_TELEMETRY = "1";
  return import("onnxruntime-node");
}

/**
 * A pass is hundreds of operators of some microseconds, and to wake a thread takes longer than many of them: so it looks out
 * for the next one for a while. Once the pass is over it sleeps, for there are other sessions, and other work.
 */
const spinning = {
  "intra_op.allow_spinning": "1",
  "intra_op.spin_duration_us": "50",
  force_spinning_stop: "1",
  "inter_op.allow_spinning": "0",
} as const;

function sessionOptions(
  folder: string | undefined,
  { threads, device = "cpu", weights = "packed", values = "planned" }: SessionOptions,
): OrtSession.SessionOptions {
  const session: Record<string, string> = { ...spinning };
  if (folder !== undefined) session.model_external_initializers_file_folder_path = folder;
  if (weights === "mapped") session.disable_prepacking = "1";
  const common = {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // An arena keeps what the largest pass ever took, rounded up to powers of two; without it a pass takes no longer.
    enableCpuMemArena: false,
    enableMemPattern: values === "planned",
    extra: { session },
  };
  // It warns of every node that the CPU computes, and lengths it always does. Its errors are thrown as well.
  return device === "cpu" ? common : { ...common, logSeverityLevel: FATAL };
}

/** Shares the elements: nothing is copied on the way in. */
function toOrt(ort: OnnxRuntime, tensor: Tensor | ResidentTensor): OrtTensor {
  if (tensor instanceof ResidentTensor) return tensor.value;
  const { dims, data } = tensor;
  if (data instanceof Float32Array) return new ort.Tensor("float32", data, dims);
  if (data instanceof BigInt64Array) return new ort.Tensor("int64", data, dims);
  if (data instanceof Uint16Array) return float16(new ort.Tensor("uint16", data, dims));
  return new ort.Tensor("int32", data, dims);
}

/** On a Node that has a Float16Array, the constructor makes one of these bits, which the binding then does not take. */
function float16(bits: OrtTensor): OrtTensor {
  return Object.defineProperty(bits, "type", { value: "float16" });
}

/** What an output holds, by name: views, where it is several. */
function apart(output: string, { dims, data }: Tensor): (readonly [name: string, Tensor])[] {
  const names = namesTogether(output);
  const [batch, length] = [dims[0]! / names.length, data.length / names.length];
  if (names.length === 1) return [[output, { dims, data }]];
  return names.map((name, i) => [
    name,
    { dims: [batch, ...dims.slice(1)], data: data.subarray(i * length, (i + 1) * length) },
  ]);
}

function fromOrt(name: string, { dims, data, type }: OrtTensor): Tensor {
  if (isTensorData(data)) return { dims, data };
  if (type === "float16") return { dims, data: bitsOf(data as ArrayBufferView) };
  throw new Error(`output ${name} is ${type}; float32, float16, int64 and int32 are read`);
}

/** Of a Float16Array, where there are such: not copied. */
function bitsOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint16Array {
  return new Uint16Array(buffer, byteOffset, byteLength / Uint16Array.BYTES_PER_ELEMENT);
}

function isTensorData(data: OrtTensor["data"]): data is TensorData {
  const types = [Float32Array, Uint16Array, BigInt64Array, Int32Array];
  return types.some((type) => data instanceof type);
}

function describeInputs(inputs: Feeds): string {
  return Object.entries(inputs)
    .map(([name, { dims }]) => `${name}[${dims.join(", ")}]`)
    .join(", ");
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
