/** What the scheduler of a device is doing, for people. */
export interface SchedulerView {
  readonly devices: readonly DeviceView[];
}

export interface DeviceView {
  readonly id: string;
  readonly kind: string;
  /** "starting", "ready", "restarting" or "stopped". */
  readonly state: string;
  readonly models: readonly ModelLoadView[];
}

export interface ModelLoadView {
  readonly model: string;
  readonly queued: number;
  readonly running: number;
  /** Mean items of an encoder pass, over the process's life. */
  readonly meanEncodeBatch: number;
  /** Mean sequences of a decoder pass. */
  readonly meanDecodeBatch: number;
  readonly encodedImages: number;
  readonly decodedTokens: number;
  /** Mean batch of each network by name. */
  readonly networks: Readonly<Record<string, { readonly passes: number; readonly meanBatch: number }>>;
}
