import { defaults, interval } from "./bounds.ts";
import type { Context } from "./context.ts";
import { IntervalStream } from "./interval-stream.ts";
import { requirePermission } from "./permission.ts";
import type { DeviceView, ModelInfo, ModelLoadView } from "../inference/index.ts";

/** What a device's scheduler does for one model, with the model itself in place of its name. */
export type ModelLoad = Omit<ModelLoadView, "model"> & { readonly model: ModelInfo };

export type Device = Omit<DeviceView, "models"> & { readonly models: readonly ModelLoad[] };

export interface Scheduler {
  readonly devices: readonly Device[];
}

/** What the schedulers are doing, now and then at every interval. */
export function watchScheduler(
  { everyMs }: { readonly everyMs?: number | null | undefined },
  context: Context,
): IntervalStream<Scheduler> {
  requirePermission("watchServer", context);
  return new IntervalStream({
    everyMs: interval(everyMs ?? defaults.everyMs),
    read: () => viewScheduler(context),
    ending: context.stopping,
  });
}

/** What the schedulers are doing. */
export async function viewScheduler(context: Pick<Context, "inference" | "permissions">): Promise<Scheduler> {
  requirePermission("watchServer", context);
  const { inference } = context;
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
