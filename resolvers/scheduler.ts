import { defaults, interval } from "./bounds.ts";
import type { Context } from "./context.ts";
import { IntervalStream } from "./interval-stream.ts";
import type { DeviceView, Inference, ModelInfo, ModelLoadView } from "../inference/index.ts";

/** What a device's scheduler does for one model, with the model itself in place of its name. */
export type ModelLoad = Omit<ModelLoadView, "model"> & { readonly model: ModelInfo };

export type Device = Omit<DeviceView, "models"> & { readonly models: readonly ModelLoad[] };

export interface Scheduler {
  readonly devices: readonly Device[];
}

/** What the schedulers are doing, now and then at every interval. */
export function watchScheduler(
  { everyMs }: { readonly everyMs?: number | null | undefined },
  { inference, stopping }: Context,
): IntervalStream<Scheduler> {
  return new IntervalStream({
    everyMs: interval(everyMs ?? defaults.everyMs),
    read: () => viewScheduler(inference),
    ending: stopping,
  });
}

/** What the schedulers are doing. */
export async function viewScheduler(inference: Inference): Promise<Scheduler> {
  const view = await inference.scheduler();
  const byName = new Map(inference.models().map((model) => [model.name, model]));
  return { devices: view.devices.map((device) => withModels(device, byName)) };
}

function withModels(device: DeviceView, byName: ReadonlyMap<string, ModelInfo>): Device {
  const models = device.models.flatMap((load) => {
    const model = byName.get(load.model);
    return model ? [{ ...load, model }] : [];
  });
  return { ...device, models };
}
