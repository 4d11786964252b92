import { availableParallelism } from "node:os";
import type { ServedDtype } from "../../inference/index.ts";
import { compare } from "./compare.ts";
import { readReference, runReference } from "./reference-run.ts";

/** compare-main.ts <checkpoint> <reference> <dtype> <weight cache>: prints a Comparison. A process of its own gives its memory back. */
const [checkpoint = "", folder = "", dtype = "float32", cache = ""] = process.argv.slice(2);
const reference = readReference(folder);
const options = { dtype: dtype as ServedDtype, cache, threads: availableParallelism() };
console.log(JSON.stringify(compare(dtype, await runReference(checkpoint, reference, options), reference)));
