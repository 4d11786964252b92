import type { DeviceView, Inference, ModelInfo, ModelLoadView } from "../inference/index.ts";

/** What a device's scheduler does for one model, with the model itself in place of its name. */
export type ModelLoad = Omit<ModelLoadView, "model"> & { readonly model: ModelInfo };

export type Device = Omit<DeviceView, "models"> & { readonly models: readonly ModelLoad[] };

/** What the schedulers are doing. */
export async function viewScheduler(inference: Inference): Promise<{ readonly devices: readonly Device[] }> {
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
