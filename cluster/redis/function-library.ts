import type { Redis } from "ioredis";

/** What must happen at once in Redis, as Redis Functions (7.0): these survive a restart of the server, scripts do not. */
export interface Functions {
  /** Whoever changes what a function does changes this, for nodes of two releases may share a Redis. */
  readonly name: string;
  /** In Lua; each is registered as the library's name, an underscore, and its own. */
  readonly code: string;
}

/** Calls functions of one library. */
export class FunctionLibrary {
  readonly #redis: Redis;
  readonly #functions: Functions;

  constructor(redis: Redis, functions: Functions) {
    this.#redis = redis;
    this.#functions = functions;
  }

  /** A Redis that is new, or was emptied, is given the functions first. */
  async call<Reply>(name: string, keys: readonly string[], given: readonly (string | number)[]): Promise<Reply> {
    const { name: library, code } = this.#functions;
    const call = (): Promise<unknown> =>
      this.#redis.call("FCALL", `${library}_${name}`, ...[keys.length, ...keys, ...given].map(String));
    try {
      return (await call()) as Reply;
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes("Function not found")) throw error;
      await this.#redis.call("FUNCTION", "LOAD", "REPLACE", code);
      return (await call()) as Reply;
    }
  }
}
