/**
 * What onnxruntime, its providers, the C++ library and V8 say where memory cannot be had. The kernel says nothing: it ends
 * the process.
 */
const sayings = [
  "failed to allocate memory",
  "bad_alloc",
  "bad allocation",
  "array buffer allocation failed",
  "out of memory",
  "out_of_memory",
  "memory allocation failed",
];

/** Whether something failed because there was no memory for it, itself or by its cause. */
export function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const message = error.message.toLowerCase();
  return sayings.some((saying) => message.includes(saying)) || isOutOfMemory(error.cause);
}
