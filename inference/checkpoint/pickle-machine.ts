import { ByteCursor } from "./byte-cursor.ts";
import { CheckpointError } from "./checkpoint-error.ts";

/** What a pickled state dict is made of. A tuple is an array, a dict or OrderedDict a Map. */
export type PickledValue =
  | null
  | boolean
  | number
  | string
  | readonly PickledValue[]
  | Map<string, PickledValue>
  | PickledImport
  | PickledStorage
  | PickledTensor;

/** A name that was imported, never the thing itself. */
export interface PickledImport {
  readonly kind: "import";
  readonly name: string;
}

/** A persistent id: which storage, not yet checked. */
export interface PickledStorage {
  readonly kind: "storage";
  readonly id: PickledValue;
}

/** The arguments of `torch._utils._rebuild_tensor_v2`, not yet checked. */
export interface PickledTensor {
  readonly kind: "tensor";
  readonly args: readonly PickledValue[];
}

type PickledKind = PickledImport | PickledStorage | PickledTensor;

export function isKind<K extends PickledKind["kind"]>(
  value: PickledValue | undefined,
  kind: K,
): value is Extract<PickledKind, { kind: K }> {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
}

/** torch.save has at most about 2,000 values on its stack (a batch of 1,000 items) and four marks. */
const MAX_STACK = 10_000;
const MAX_MARKS = 64;

/** The unpickler's state: the bytes ahead, the stack, the marks in it and the memo. Every misuse is a CheckpointError. */
export class PickleMachine {
  readonly cursor: ByteCursor;
  /** Where the current operation begins: bytes from the start of the pickle. */
  private start = 0;
  private readonly file: string;
  private readonly stack: PickledValue[] = [];
  /** Heights of the stack. */
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickledValue>();

  constructor(bytes: Uint8Array, file: string) {
    this.file = file;
    this.cursor = new ByteCursor(bytes, (problem) => this.error(problem));
  }

  error(problem: string): CheckpointError {
    return new CheckpointError(this.file, `data.pkl at byte ${this.start}: ${problem}`);
  }

  nextOpcode(): number {
    this.start = this.cursor.position;
    return this.cursor.u8();
  }

  push(value: PickledValue): void {
    if (this.stack.length >= MAX_STACK) throw this.error(`more than ${MAX_STACK} values on the stack`);
    this.stack.push(value);
  }

  /** Takes the topmost value, which must lie above the last mark. */
  pop(): PickledValue {
    return this.popMany(1)[0]!;
  }

  /** Takes the topmost `count` values, in the order they were pushed. */
  popMany(count: number): PickledValue[] {
    const height = this.stack.length - count;
    if (height < (this.marks.at(-1) ?? 0)) throw this.error("takes a value from an empty stack");
    return this.stack.splice(height);
  }

  mark(): void {
    if (this.marks.length >= MAX_MARKS) throw this.error(`more than ${MAX_MARKS} marks`);
    this.marks.push(this.stack.length);
  }

  /** Takes all values above the last mark, and the mark. */
  popToMark(): PickledValue[] {
    const height = this.marks.pop();
    if (height === undefined) throw this.error("goes back to a mark that was never set");
    return this.stack.splice(height);
  }

  memoize(index: number): void {
    const value = this.pop();
    this.memo.set(index, value);
    this.push(value);
  }

  remembered(index: number): PickledValue {
    const value = this.memo.get(index);
    if (value === undefined) throw this.error(`recalls memo ${index}, which was never set`);
    return value;
  }

  /** The one value left at the end. */
  result(): PickledValue {
    const value = this.pop();
    if (this.stack.length > 0 || this.marks.length > 0) throw this.error("stops with values left on the stack");
    return value;
  }
}
