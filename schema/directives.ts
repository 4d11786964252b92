import {
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLString,
  specifiedDirectives,
  getDirectiveValues,
  type GraphQLResolveInfo,
} from "graphql";

const isOn = {
  type: new GraphQLNonNull(GraphQLBoolean),
  defaultValue: true,
  description: "False: as if it was not there.",
};
const label = { type: GraphQLString, description: "A name for its parts, unique in the document." };

/** As in the 2022 draft of incremental delivery, which the executor follows. */
const defer = new GraphQLDirective({
  name: "defer",
  description: "Lets the fields of a fragment come later, over multipart/mixed or text/event-stream.",
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: { if: isOn, label },
});

const stream = new GraphQLDirective({
  name: "stream",
  description: "Lets the items of a list come one by one, over multipart/mixed or text/event-stream.",
  locations: [DirectiveLocation.FIELD],
  args: {
    if: isOn,
    label,
    initialCount: {
      type: GraphQLInt,
      defaultValue: 0,
      description: "How many items to wait for before the first part.",
    },
  },
});

/** The directives of the graph. */
export const directives = [...specifiedDirectives, defer, stream];

/** Whether the document lets the items of this list field come one by one. */
export function isStreamed({ fieldNodes: [node], variableValues }: GraphQLResolveInfo): boolean {
  const values = node && getDirectiveValues(stream, node, variableValues);
  return values !== undefined && values.if !== false;
}
