import { existsSync } from "node:fs";
import { join } from "node:path";
import { CheckpointError } from "./checkpoint-error.ts";
import { describe, isObject, type JsonObject, type JsonValue, readJsonObject } from "./json.ts";

/** Reads config.json, preprocessor_config.json … of a checkpoint folder; throws a CheckpointError where it is absent. */
export function readConfig(folder: string, name: string): Config {
  const path = join(folder, name);
  return new Config(path, readJsonObject(path));
}

/** The same for a file that not every checkpoint has, such as generation_config.json. */
export function findConfig(folder: string, name: string): Config | undefined {
  return existsSync(join(folder, name)) ? readConfig(folder, name) : undefined;
}

/**
 * A JSON object whose values are checked when they are asked for. Keys are dotted paths, "text_config.hidden_size"; an
 * absent key and null are the same. Every accessor throws a CheckpointError that says file, key, expected and found,
 * unless the key is absent and there is a fallback.
 */
export class Config {
  readonly file: string;
  readonly json: JsonObject;
  /** The dotted path of this object in its file. */
  private readonly path: readonly string[];

  constructor(file: string, json: JsonObject, path: readonly string[] = []) {
    this.file = file;
    this.json = json;
    this.path = path;
  }

  has(key: string): boolean {
    return this.find(key) !== undefined;
  }

  /** Whether the key is there with null as its value: in some files that says "none", where absence says "the default". */
  isNull(key: string): boolean {
    return Object.hasOwn(this.json, key) && this.json[key] === null;
  }

  integer(key: string, fallback?: number): number {
    return this.read(key, { expected: "an integer", is: isInteger, fallback });
  }

  /** A size or count: an integer of at least 1. */
  size(key: string, fallback?: number): number {
    return this.read(key, { expected: "an integer of at least 1", is: isSize, fallback });
  }

  /** A size that parts a whole evenly. */
  divisor(key: string, whole: number, fallback?: number): number {
    const is = (value: JsonValue): value is number => isSize(value) && whole % value === 0;
    return this.read(key, { expected: `a divisor of ${whole}`, is, fallback });
  }

  /** The place of one of so many items. */
  index(key: string, length: number, fallback?: number): number {
    return this.within(key, { from: 0, to: length - 1 }, fallback);
  }

  /** An integer of a range, both ends included. */
  within(key: string, { from, to }: { readonly from: number; readonly to: number }, fallback?: number): number {
    const is = (value: JsonValue): value is number => isInteger(value) && value >= from && value <= to;
    return this.read(key, { expected: `an integer from ${from} to ${to}`, is, fallback });
  }

  /** Places among so many items, one or several. */
  indexes(key: string, length: number): readonly number[] {
    const isIndex = (value: JsonValue): value is number => isInteger(value) && value >= 0 && value < length;
    const isList = arrayOf(isIndex);
    const is = (value: JsonValue): value is number | readonly number[] =>
      isIndex(value) || (isList(value) && value.length > 0);
    const expected = `one or more integers from 0 to ${length - 1}`;
    const found = this.read<number | readonly number[]>(key, { expected, is, fallback: undefined });
    return typeof found === "number" ? [found] : found;
  }

  number(key: string, fallback?: number): number {
    return this.read(key, { expected: "a number", is: isNumber, fallback });
  }

  string(key: string, fallback?: string): string {
    return this.read(key, { expected: "a string", is: isString, fallback });
  }

  boolean(key: string, fallback?: boolean): boolean {
    return this.read(key, { expected: "true or false", is: isBoolean, fallback });
  }

  /** One of a few known strings or numbers. */
  oneOf<T extends string | number>(key: string, choices: readonly T[], fallback?: T): T {
    const is = (value: JsonValue): value is T => choices.some((choice) => choice === value);
    return this.read(key, { expected: `one of ${choices.join(", ")}`, is, fallback });
  }

  integers(key: string, fallback?: readonly number[]): readonly number[] {
    return this.read(key, { expected: "an array of integers", is: arrayOf(isInteger), fallback });
  }

  numbers(key: string, fallback?: readonly number[]): readonly number[] {
    return this.read(key, { expected: "an array of numbers", is: arrayOf(isNumber), fallback });
  }

  strings(key: string, fallback?: readonly string[]): readonly string[] {
    return this.read(key, { expected: "an array of strings", is: arrayOf(isString), fallback });
  }

  object(key: string): Config {
    const json = this.read<JsonObject>(key, { expected: "an object", is: isObject, fallback: undefined });
    return new Config(this.file, json, [...this.path, key]);
  }

  private read<T>(key: string, { expected, is, fallback }: Reading<T>): T {
    const found = this.find(key);
    if (found === undefined && fallback !== undefined) return fallback;
    if (found !== undefined && is(found)) return found;
    throw this.unexpected([...this.path, key], { expected, found });
  }

  /** Walks the dotted path; undefined where a step is absent or null. */
  private find(key: string): JsonValue | undefined {
    let value: JsonValue = this.json;
    const passed = [...this.path];
    for (const part of key.split(".")) {
      if (!isObject(value)) throw this.unexpected(passed, { expected: "an object", found: value });
      const next: JsonValue = (Object.hasOwn(value, part) ? value[part] : undefined) ?? null;
      if (next === null) return undefined;
      value = next;
      passed.push(part);
    }
    return value;
  }

  private unexpected(path: readonly string[], is: { expected: string; found: JsonValue | undefined }): CheckpointError {
    return new CheckpointError(this.file, `${path.join(".")}: expected ${is.expected}, found ${describe(is.found)}`);
  }
}

interface Reading<T> {
  readonly expected: string;
  readonly is: (value: JsonValue) => value is T & JsonValue;
  readonly fallback: T | undefined;
}

function isInteger(value: JsonValue): value is number {
  return Number.isSafeInteger(value);
}

function isSize(value: JsonValue): value is number {
  return isInteger(value) && value >= 1;
}

function isNumber(value: JsonValue): value is number {
  return Number.isFinite(value);
}

function isString(value: JsonValue): value is string {
  return typeof value === "string";
}

function isBoolean(value: JsonValue): value is boolean {
  return typeof value === "boolean";
}

function arrayOf<T extends JsonValue>(is: (item: JsonValue) => item is T) {
  return (value: JsonValue): value is readonly T[] => Array.isArray(value) && value.every(is);
}
