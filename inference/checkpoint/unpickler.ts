import { quote } from "./checkpoint-error.ts";
import { isKind, type PickledValue, PickleMachine } from "./pickle-machine.ts";
import { opcode, opcodeName } from "./pickle-opcodes.ts";
import { storageDtypes } from "./torch-storages.ts";

/** A tensor takes about 25 operations, so this is far above any model. */
const MAX_OPERATIONS = 1_000_000;

const ORDERED_DICT = "collections.OrderedDict";
const REBUILD_TENSOR = "torch._utils._rebuild_tensor_v2";
const REBUILD_PARAMETER = "torch._utils._rebuild_parameter";
const imports: ReadonlySet<string> = new Set([
  ORDERED_DICT,
  REBUILD_TENSOR,
  REBUILD_PARAMETER,
  ...storageDtypes.keys(),
]);

/**
 * Reads a pickle as far as a state dict needs it. It is data here, never a program: an import yields a name, a call of
 * one of three known functions yields a description, and every other opcode, import or call is a CheckpointError that
 * names it. Nothing recurses, and what a hostile pickle can make is bounded by its operations.
 * Source: CPython's Lib/pickletools.py; torch/serialization.py and torch/_weights_only_unpickler.py.
 */
export function unpickle(bytes: Uint8Array, file: string): PickledValue {
  const machine = new PickleMachine(bytes, file);
  readProtocol(machine);
  for (let operations = 0; operations < MAX_OPERATIONS; operations++) {
    const code = machine.nextOpcode();
    if (code === opcode.STOP) return stop(machine, bytes.length);
    const step = steps.get(code);
    if (!step) throw machine.error(`refuses the opcode ${opcodeName(code)}`);
    step(machine);
  }
  throw machine.error(`more than ${MAX_OPERATIONS} operations`);
}

function readProtocol(machine: PickleMachine): void {
  const code = machine.nextOpcode();
  if (code !== opcode.PROTO) throw machine.error(`begins with ${opcodeName(code)} instead of PROTO`);
  const protocol = machine.cursor.u8();
  if (protocol !== 2) throw machine.error(`is pickle protocol ${protocol}; torch.save writes protocol 2`);
}

function stop(machine: PickleMachine, numBytes: number): PickledValue {
  const left = numBytes - machine.cursor.position;
  if (left > 0) throw machine.error(`stops ${left} bytes before its end`);
  return machine.result();
}

type Step = (machine: PickleMachine) => void;

const steps: ReadonlyMap<number, Step> = new Map<number, Step>([
  [opcode.MARK, (machine) => machine.mark()],
  [opcode.NONE, (machine) => machine.push(null)],
  [opcode.NEWTRUE, (machine) => machine.push(true)],
  [opcode.NEWFALSE, (machine) => machine.push(false)],
  [opcode.BININT, (machine) => machine.push(machine.cursor.i32())],
  [opcode.BININT1, (machine) => machine.push(machine.cursor.u8())],
  [opcode.BININT2, (machine) => machine.push(machine.cursor.u16())],
  [opcode.LONG1, pushLong],
  [opcode.BINUNICODE, (machine) => machine.push(machine.cursor.utf8(machine.cursor.u32()))],
  [opcode.EMPTY_TUPLE, (machine) => machine.push([])],
  [opcode.TUPLE, (machine) => machine.push(machine.popToMark())],
  [opcode.TUPLE1, (machine) => machine.push(machine.popMany(1))],
  [opcode.TUPLE2, (machine) => machine.push(machine.popMany(2))],
  [opcode.TUPLE3, (machine) => machine.push(machine.popMany(3))],
  [opcode.EMPTY_DICT, (machine) => machine.push(new Map())],
  [opcode.SETITEM, (machine) => setItems(machine, machine.popMany(2))],
  [opcode.SETITEMS, (machine) => setItems(machine, machine.popToMark())],
  [opcode.BINPUT, (machine) => machine.memoize(machine.cursor.u8())],
  [opcode.LONG_BINPUT, (machine) => machine.memoize(machine.cursor.u32())],
  [opcode.BINGET, (machine) => machine.push(machine.remembered(machine.cursor.u8()))],
  [opcode.LONG_BINGET, (machine) => machine.push(machine.remembered(machine.cursor.u32()))],
  [opcode.GLOBAL, pushImport],
  [opcode.BINPERSID, (machine) => machine.push({ kind: "storage", id: machine.pop() })],
  [opcode.REDUCE, call],
  [opcode.BUILD, dropAttributes],
]);

function pushLong(machine: PickleMachine): void {
  const length = machine.cursor.u8();
  if (length > 8) throw machine.error(`holds an integer of ${length} bytes`);
  const value = Number(machine.cursor.signed(length));
  if (!Number.isSafeInteger(value)) throw machine.error(`holds the integer ${value}, beyond 2^53`);
  machine.push(value);
}

function pushImport(machine: PickleMachine): void {
  const name = `${machine.cursor.line()}.${machine.cursor.line()}`;
  if (!imports.has(name)) throw machine.error(`refuses to import ${printable(name)}`);
  machine.push({ kind: "import", name });
}

/** An import's name without the quotes of `quote`. */
function printable(name: string): string {
  return quote(name).slice(1, -1);
}

function setItems(machine: PickleMachine, items: readonly PickledValue[]): void {
  const dict = machine.pop();
  if (!(dict instanceof Map)) throw machine.error("sets an item of something that is not a dict");
  if (items.length % 2 !== 0) throw machine.error("sets a key without a value");
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i]!;
    if (typeof key !== "string") throw machine.error("sets a key that is not a string");
    if (dict.has(key)) throw machine.error(`sets the key ${quote(key)} twice`);
    dict.set(key, items[i + 1]!);
  }
  machine.push(dict);
}

function call(machine: PickleMachine): void {
  const [callable, args] = machine.popMany(2) as [PickledValue, PickledValue];
  if (!isKind(callable, "import")) throw machine.error("calls something that was not imported");
  if (!Array.isArray(args)) throw machine.error(`calls ${callable.name} with something that is not a tuple`);
  machine.push(callResult(machine, callable.name, args));
}

function callResult(machine: PickleMachine, name: string, args: readonly PickledValue[]): PickledValue {
  if (name === ORDERED_DICT && args.length === 0) return new Map();
  if (name === REBUILD_TENSOR) return { kind: "tensor", args };
  // A parameter is (tensor, requires_grad, backward_hooks): for inference, the tensor.
  const [tensor] = args;
  if (name === REBUILD_PARAMETER && args.length === 3 && isKind(tensor, "tensor")) return tensor;
  throw machine.error(`refuses to call ${name} with ${args.length} arguments`);
}

/** Only `_metadata` of a state dict is ever set so: versions of modules, which nothing here asks for. */
function dropAttributes(machine: PickleMachine): void {
  const [target, attributes] = machine.popMany(2) as [PickledValue, PickledValue];
  if (!(target instanceof Map && attributes instanceof Map)) {
    throw machine.error("sets attributes of something that is not an OrderedDict");
  }
  machine.push(target);
}
