import { readText } from "./read-text.ts";
import { broken, type Finding, good, note } from "./finding.ts";
import { runProbe, type ProbeOptions } from "./run-probe.ts";

const REINSTALL = "Install the packages anew for this platform: rm -r node_modules && npm ci.";

/** onnxruntime, which computes: whether it loads, and how fast a float32 product is. */
export async function runtimeFinding(options: ProbeOptions): Promise<Finding> {
  const probe = await runProbe("runtime", options);
  if ("reason" in probe) return broken("onnxruntime", `does not work: ${probe.reason}`, REINSTALL);
  const { version, gigaflops } = probe.result;
  return good("onnxruntime", `${version}; ${Math.round(gigaflops)} GFLOP/s in float32`);
}

/** sharp, which decodes pictures. */
export async function picturesFinding(options: ProbeOptions): Promise<Finding> {
  const probe = await runProbe("pictures", options);
  if ("reason" in probe) return broken("sharp", `does not work: ${probe.reason}`, REINSTALL);
  return good("sharp", `${probe.result.sharp}, libvips ${probe.result.vips}`);
}

/** libsql, which keeps the gallery. */
export async function storeFinding(options: ProbeOptions): Promise<Finding> {
  const probe = await runProbe("store", options);
  if ("reason" in probe) return broken("libsql", `does not work: ${probe.reason}`, REINSTALL);
  return good("libsql", `SQLite ${probe.result.version}`);
}

/** A GPU by WebGPU. `asked`: models were to run there, so it must work. */
export async function webGpuFinding(options: ProbeOptions, { device }: { readonly device: string }): Promise<Finding> {
  const probe = await runProbe("webgpu", options);
  if ("reason" in probe) {
    const text = probe.reason.replace(/^WebGPU cannot be used: |\.? Without it: .*$/g, "");
    if (device !== "webgpu") return note("WebGPU", `not usable: ${text}`);
    return broken("WebGPU", `is asked for, and not usable: ${text}`, "Run models on the CPU: --device cpu.");
  }
  const { attention, faster, float32Alone } = probe.result;
  const precision = float32Alone === undefined ? ", in float16" : `, in float32 alone: ${float32Alone}`;
  const how = `${attention === "fused" ? "" : ", with attention by matrix products, as its own comes out wrong"}${precision}`;
  if (faster === "webgpu") return good("WebGPU", `usable, and faster than the CPU: --device webgpu${how}`);
  return note("WebGPU", `usable, but slower than the CPU${how}`);
}

/** A GPU by CUDA: the driver, and onnxruntime's provider. */
export async function cudaFinding(options: ProbeOptions, { device }: { readonly device: string }): Promise<Finding> {
  const driver = driverVersion();
  const probe = await runProbe("cuda", options);
  const isThere = "result" in probe && probe.result.isThere;
  const provider = `onnxruntime's provider for it is ${isThere ? "there: --device cuda, an experiment" : "not installed"}`;
  const text = `${driver === undefined ? "no NVIDIA driver" : `NVIDIA driver ${driver}`}; ${provider}`;
  if (device === "cuda" && (driver === undefined || !isThere)) {
    return broken("CUDA", `is asked for: ${text}`, "Install what is missing, as the README says, or --device cpu.");
  }
  return note("CUDA", driver === undefined ? "no NVIDIA driver" : text);
}

function driverVersion(): string | undefined {
  return /Kernel Module\s+(?:for \S+\s+)?(\d[\d.]*)/.exec(readText("/proc/driver/nvidia/version") ?? "")?.[1];
}
