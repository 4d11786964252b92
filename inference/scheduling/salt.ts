import { type CallInput, type DecodeSpec, type EncoderCall, isCallOutput, type Program } from "./program.ts";

/**
 * A key of a cache as whoever has this salt asks for it: nobody else's is equal, so nobody learns by an answer's time or
 * figures what others asked. Either all who ask have a salt, without spaces, or nobody has.
 */
export function saltedKey(key: string, salt: string | undefined): string {
  return salt === undefined ? key : `${salt} ${key}`;
}

/** The program with all that it shares under keys of the salt: calls, kept features, generations, and rows of prompts. */
export function salted(program: Program, salt: string | undefined): Program {
  if (salt === undefined) return program;
  const { calls, decode } = program;
  return {
    ...program,
    calls: calls.map((call) => saltedCall(call, salt)),
    ...(decode !== undefined && { decode: saltedDecode(decode, salt) }),
  };
}

function saltedDecode({ memory, features, ...decode }: DecodeSpec, salt: string): DecodeSpec {
  return {
    ...decode,
    salt,
    ...(memory !== undefined && { memory: saltedCall(memory, salt) }),
    ...(features !== undefined && {
      features: features.map((span) => ({
        ...span,
        source: { ...span.source, call: saltedCall(span.source.call, salt) },
      })),
    }),
  };
}

function saltedCall(call: EncoderCall, salt: string): EncoderCall {
  const inputs = Object.entries(call.inputs).map(([name, input]) => [name, saltedInput(input, salt)] as const);
  return { ...call, key: saltedKey(call.key, salt), inputs: Object.fromEntries(inputs) };
}

function saltedInput(input: CallInput, salt: string): CallInput {
  return isCallOutput(input) ? { ...input, call: saltedCall(input.call, salt) } : input;
}
