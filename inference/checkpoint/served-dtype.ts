/** How a model's matrices are kept while it is served: as they are, computed with in float32, or quantised. */
export const servedDtypes = ["float32", "int8", "int4"] as const;
export type ServedDtype = (typeof servedDtypes)[number];
export type QuantisedDtype = Exclude<ServedDtype, "float32">;
