/** The only door to inference: what resolvers, the gallery and the server may call. */
export * from "./scheduler-view.ts";
export * from "./model-info.ts";
export * from "./result.ts";
export * from "./task.ts";
export { askedDtypes, type AskedDtype, servedDtypes, type ServedDtype } from "./checkpoint/served-dtype.ts";
export { parameterBytes, weightBytes } from "./checkpoint/weight-bytes.ts";
export type { MemoryBudget, ModelNeed } from "./residency/memory-budget.ts";
export {
  type CachedDecoder,
  type MemoryLimits,
  type MemoryNeed,
  expectedNeeds,
  memoryNeed,
  memoryNeeds,
  type SharedMemory,
  sharedMemory,
  sumOf,
} from "./runtime/memory-need.ts";
export { asFaultOf, asInferenceError, InferenceError, type ErrorCode } from "./errors.ts";
export type { GenerationIdentity, Inference, InferenceOptions, SubmitOptions } from "./inference.ts";
export { startInference, type InferenceClient } from "./client.ts";
export { deviceChoices, type DeviceChoice } from "./onnx/target.ts";
export { aboutCheckpoint } from "./models/registry.ts";
export { probes } from "./worker/probes.ts";
export type { ServedModel, WorkerConfig } from "./worker/protocol.ts";
export {
  type AskedGeneration,
  checkAttaching,
  type GenerationRequest,
  type Generations,
  noGeneration,
} from "./generations.ts";
export type { Claimant, Priority } from "./scheduling/claim.ts";
export { LocalGenerations, type LocalGenerationsOptions } from "./local-generations.ts";
export { failedEvent } from "./failed-event.ts";
export { type FailedEvent, GenerationLog, type NumberedEvent } from "./generation-log.ts";
export { GenerationReader } from "./generation-reader.ts";
export { QueueEstimate } from "./queue-estimate.ts";
export { askingOf, deadlineExceeded, endOf, leftBy } from "./admission/asking.ts";
export type { End, Place } from "./admission/line.ts";
export { Room } from "./admission/room.ts";
export { TurnedAway } from "./admission/turned-away.ts";
export { ServiceTimes } from "./service-times.ts";
export type { LiveGeneration } from "./live-generation.ts";
