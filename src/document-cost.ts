import {
  getNamedType,
  getOperationAST,
  getVariableValues,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  valueFromAST,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { bounds } from "../resolvers/bounds.ts";
import type { FieldCost } from "../schema/field-cost.ts";

export interface CostedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * What an operation costs with these variables, by the costs that the schema's fields declare. An operation that cannot
 * run (unknown name, wrong variables) costs nothing: executing it only says what is wrong.
 */
export function operationCost({ schema, document, operationName, variables }: CostedOperation): number {
  const operation = getOperationAST(document, operationName);
  const root = operation ? schema.getRootType(operation.operation) : undefined;
  if (!operation || !root) return 0;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, { maxErrors: 1 });
  return coerced ? new Cost(schema, document, coerced).selections(operation.selectionSet, root) : 0;
}

class Cost {
  readonly #schema: GraphQLSchema;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #known = new Map<string, number>();

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Readonly<Record<string, unknown>>) {
    this.#schema = schema;
    this.#variables = variables;
    for (const node of document.definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(node.name.value, node);
    }
  }

  selections(set: SelectionSetNode | undefined, parent: GraphQLCompositeType): number {
    return (set?.selections ?? []).reduce((total, node) => total + this.#selection(node, parent), 0);
  }

  #selection(node: SelectionNode, parent: GraphQLCompositeType): number {
    if (node.kind === Kind.FIELD) return this.#field(node, parent);
    if (node.kind === Kind.FRAGMENT_SPREAD) return this.#fragment(node.name.value);
    return this.selections(node.selectionSet, this.#condition(node.typeCondition?.name.value) ?? parent);
  }

  #field(node: FieldNode, parent: GraphQLCompositeType): number {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!field) return 1;
    const { own = 1, times, plus = {}, plusElse = 0 } = declaredCost(field);
    const type = getNamedType(field.type);
    const below = isCompositeType(type) ? this.selections(node.selectionSet, type) : 0;
    const given = Object.entries(plus).filter(([name]) => this.#value(field, node, name) != null);
    const each = given.map(([name, cost]) => cost * sizeOf(this.#value(field, node, name)));
    const added = given.length === 0 ? plusElse : each.reduce((total, cost) => total + cost, 0);
    const repeated = times === undefined ? 1 : Math.min(sizeOf(this.#value(field, node, times)), bounds.first.max);
    return own + added + below * repeated;
  }

  #fragment(name: string): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const node = this.#fragments.get(name);
    const type = this.#condition(node?.typeCondition.name.value);
    const cost = type ? this.selections(node?.selectionSet, type) : 0;
    this.#known.set(name, cost);
    return cost;
  }

  #condition(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : this.#schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }

  #value(field: GraphQLField<unknown, unknown>, node: FieldNode, name: string): unknown {
    const argument = field.args.find((candidate) => candidate.name === name);
    const given = node.arguments?.find((candidate) => candidate.name.value === name);
    if (!argument) return undefined;
    return given ? valueFromAST(given.value, argument.type, this.#variables) : argument.defaultValue;
  }
}

function declaredCost(field: GraphQLField<unknown, unknown>): FieldCost {
  return (field.extensions.cost as FieldCost | undefined) ?? {};
}

/** A number itself, a list's length; an input object's lists together. */
function sizeOf(value: unknown): number {
  if (typeof value === "number") return Math.max(0, value);
  if (Array.isArray(value)) return value.length;
  return value !== null && typeof value === "object" ? Object.values(value).filter(Array.isArray).flat().length : 0;
}
