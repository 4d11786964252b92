import { lexicographicSortSchema, printSchema, type GraphQLSchema } from "graphql";

/** The schema as schema/schema.graphql keeps it: sorted, so that a diff shows changes of meaning only. */
export function printSorted(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
