/** A process that quantises the checkpoint of precision.test.ts: folder and cache are its arguments. */
import { openCheckpoint } from "../../../inference/checkpoint/checkpoint.ts";
import { quantised } from "../../../inference/checkpoint/precision.ts";

const [folder, cache] = process.argv.slice(2) as [string, string];
const checkpoint = openCheckpoint(folder);
for (const name of ["norm.weight", "words.weight", "fc.bias"]) checkpoint.weights.tensor(name);
for (const name of ["words.weight", "fc.weight", "judge.weight"]) checkpoint.weights.matrix(name);
await quantised(checkpoint, "int4", { cache });
