import { servedDtypes, type ServedDtype, type ServedModel } from "../inference/index.ts";

/** How matrices may be asked to be kept; "auto": as exactly as memory allows. */
export const dtypeChoices = ["auto", ...servedDtypes] as const;
export type DtypeChoice = (typeof dtypeChoices)[number];

/** A checkpoint to serve, and what was asked of its matrices. */
export interface ChosenModel extends Omit<ServedModel, "dtype"> {
  readonly dtype: DtypeChoice;
}

export interface FittedModels {
  readonly models: readonly (ServedModel & { readonly dtype: ServedDtype })[];
  /** What they take together, bytes. */
  readonly bytes: number;
}

/** Bytes that a model takes of memory. */
export type BytesByDtype = Readonly<Record<ServedDtype, number>>;

interface Fitting {
  readonly model: ChosenModel;
  readonly bytes: BytesByDtype;
  dtype: ServedDtype;
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
  const taken = ({ bytes, dtype }: Fitting): number => bytes[dtype];
  const total = (): number => fittings.reduce((sum, fitting) => sum + taken(fitting), 0);
  while (total() > room) {
    const [largest] = fittings.filter(canShrink).sort((a, b) => taken(b) - taken(a));
    if (largest === undefined) break;
    largest.dtype = smaller(largest.dtype)!;
  }
  return { models: fittings.map(({ model, dtype }) => ({ ...model, dtype })), bytes: total() };
}

function canShrink({ model, dtype }: Fitting): boolean {
  return model.dtype === "auto" && smaller(dtype) !== undefined;
}

function smaller(dtype: ServedDtype): ServedDtype | undefined {
  return servedDtypes[servedDtypes.indexOf(dtype) + 1];
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
