import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** onnxruntime's CUDA provider, which its package does not bring on every platform. */
export interface CudaProvider {
  readonly path: string;
  readonly isThere: boolean;
}

/** Where onnxruntime-node's package would have its CUDA provider, and whether it is there. */
export function cudaProvider(): CudaProvider {
  const package_ = dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
  const name = process.platform === "win32" ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so";
  const path = join(package_, "bin/napi-v6", process.platform, process.arch, name);
  return { path, isThere: existsSync(path) };
}

/** How to get it, on Linux x64; it needs the libraries of CUDA 12 and cuDNN 9 besides. */
export const FETCH_CUDA_PROVIDER =
  "ONNXRUNTIME_NODE_INSTALL_CUDA=v12 npm rebuild onnxruntime-node --ignore-scripts=false";
