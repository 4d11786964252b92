import SchemaBuilder from "@pothos/core";
import RelayPlugin from "@pothos/plugin-relay";
import type { Context } from "../resolvers/context.ts";
import { decodeGlobalId, encodeGlobalId } from "../resolvers/global-id.ts";
import type { Upload } from "../resolvers/picture-reader.ts";
import type { FieldCost } from "./field-cost.ts";

/** Where the graph is declared: the plugins, the scalars' shapes and the names that relay fixes. Declares no field. */
export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    URL: { Input: URL; Output: URL };
    Base64: { Input: string; Output: string };
    File: { Input: Upload; Output: never };
  };
}>({
  plugins: [RelayPlugin],
  defaultFieldNullability: false,
  relay: {
    encodeGlobalID: (typename, id) => encodeGlobalId(typename, String(id)),
    decodeGlobalID: decodeGlobalId,
    nodeTypeOptions: { description: "Anything that can be fetched again by its id." },
    idFieldOptions: { description: "Opaque, and unique over all types." },
    nodeQueryOptions: {
      description: "The node with this id, or null where there is none.",
      args: { id: { description: "The id of an Image or a Model." } },
    },
    nodesQueryOptions: {
      description: "The nodes with these ids, in the same order, with null where there is none.",
      args: { ids: { description: "Ids of Images and Models." } },
      extensions: { cost: { times: "ids" } satisfies FieldCost },
    },
    pageInfoTypeOptions: { description: "Where a page stands in its list." },
    hasNextPageFieldOptions: { description: "Whether there is something after this page." },
    hasPreviousPageFieldOptions: { description: "Whether there is something before this page." },
    startCursorFieldOptions: { description: "The cursor of the page's first item." },
    endCursorFieldOptions: { description: "The cursor of the page's last item: give it as `after` for the next page." },
  },
});

builder.queryType({
  description: "What can be asked. Fields that run a model are nullable: one failure leaves its siblings.",
});
builder.mutationType({ description: "What changes the gallery, and what ends a chat." });
