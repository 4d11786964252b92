/** How a model's matrices are kept while it is served: as they are, computed with in float32, or quantised. */
export const servedDtypes = ["float32", "int8", "int4"] as const;
export type ServedDtype = (typeof servedDtypes)[number];
export type QuantisedDtype = Exclude<ServedDtype, "float32">;

/** What may be asked for: a GPU may compute in float16 besides. */
export const askedDtypes = ["float32", "float16", "int8", "int4"] as const;
export type AskedDtype = (typeof askedDtypes)[number];
