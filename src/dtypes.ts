import { askedDtypes, type AskedDtype, servedDtypes, type ServedDtype, type ServedModel } from "../inference/index.ts";

/** How matrices may be asked to be kept; "auto": as exactly as memory allows and, on a GPU, in float16. */
export const dtypeChoices = ["auto", ...askedDtypes] as const;
export type DtypeChoice = (typeof dtypeChoices)[number];

/** A checkpoint to serve, and what was asked of its matrices. */
export interface ChosenModel extends Omit<ServedModel, "dtype"> {
  readonly dtype: DtypeChoice;
}

export interface FittedModels {
  readonly models: readonly (ServedModel & { readonly dtype: AskedDtype })[];
  /** What they take together, bytes. */
  readonly bytes: number;
}

/** Bytes that a model takes of memory. */
export type BytesByDtype = Readonly<Record<ServedDtype, number>>;

interface Fitting {
  readonly model: ChosenModel;
  readonly bytes: BytesByDtype;
  dtype: AskedDtype;
}

/**
 * Settles how every model's matrices are kept. Those that may be chosen begin in float32; while all together take more than
 * `room` bytes, the largest of them that can be smaller goes to int8, then to int4. What was asked for stays.
 */
export function fitDtypes(
  models: readonly ChosenModel[],
  room: number,
  bytesOf: (folder: string) => BytesByDtype,
): FittedModels {
  const fittings = models.map((model): Fitting => {
    return { model, bytes: bytesOf(model.folder), dtype: model.dtype === "auto" ? "float32" : model.dtype };
  });
  const total = (): number => fittings.reduce((sum, fitting) => sum + taken(fitting), 0);
  while (total() > room) {
    const [largest] = fittings.filter(canShrink).sort((a, b) => taken(b) - taken(a));
    if (largest === undefined) break;
    largest.dtype = smaller(largest.dtype)!;
  }
  return { models: fittings.map(({ model, dtype }) => ({ ...model, dtype })), bytes: total() };
}

function taken({ bytes, dtype }: Fitting): number {
  return dtype === "float16" ? bytes.float32 / 2 : bytes[dtype];
}

function canShrink({ model, dtype }: Fitting): boolean {
  return model.dtype === "auto" && smaller(dtype) !== undefined;
}

function smaller(dtype: AskedDtype): ServedDtype | undefined {
  return servedDtypes[servedDtypes.findIndex((served) => served === dtype) + 1];
}

/** What nobody asked for, and need not be smaller, is left to the device, which may do better in float16 than in float32. */
export function leftToDevice(asked: readonly ChosenModel[], fitted: FittedModels): ServedModel[] {
  return fitted.models.map(({ dtype, ...model }, i) => {
    return asked[i]!.dtype === "auto" && dtype === "float32" ? model : { ...model, dtype };
  });
}

/** What people shall know of the choice: models that are not served as exactly as they might be, and too little memory. */
export function choiceMessages(asked: readonly ChosenModel[], fitted: FittedModels, room: number): string[] {
  const smaller = fitted.models.filter(({ dtype }, i) => asked[i]!.dtype === "auto" && dtype !== "float32");
  const chosen = smaller.map(({ name, dtype }) => `${name} is served in ${dtype}: in float32 memory would not do.`);
  if (fitted.bytes <= room) return chosen;
  const [needed, there] = [fitted.bytes, room].map((bytes) => `${(bytes / 2 ** 30).toFixed(1)} GiB`);
  return [
    ...chosen,
    `The models need ${needed} together, where there is room for ${there}: what does not fit is loaded when it is asked for.`,
  ];
}
