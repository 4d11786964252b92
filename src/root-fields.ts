import {
  getArgumentValues,
  getDirectiveValues,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { CostedOperation } from "./document-cost.ts";

type Variables = Readonly<Record<string, unknown>>;

/** A field that an operation runs, with its arguments. */
export interface RootField {
  readonly field: GraphQLField<unknown, unknown>;
  readonly args: object;
}

/**
 * The fields of the root type that a valid operation runs with these variables, as the executor collects them: without
 * those that @skip and @include leave out, each name once, and what is deferred once more, for it runs apart. None of an
 * operation that cannot run, and no field whose arguments are wrong: executing it only says what is wrong.
 */
export function rootFields({ schema, document, operationName, variables }: CostedOperation): readonly RootField[] {
  const operation = getOperationAST(document, operationName);
  const fields = operation ? schema.getRootType(operation.operation)?.getFields() : undefined;
  if (!operation || !fields) return [];
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, { maxErrors: 1 });
  if (!coerced) return [];
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  return new Collector(schema, fragments, coerced).fieldsOf(operation.selectionSet).flatMap((node) => {
    const field = fields[node.name.value];
    return field ? withArguments(field, node, coerced) : [];
  });
}

function withArguments(field: RootField["field"], node: FieldNode, variables: Variables): readonly RootField[] {
  try {
    return [{ field, args: getArgumentValues(field, node, variables) }];
  } catch (error) {
    if (error instanceof GraphQLError) return [];
    throw error;
  }
}

/** What was found of a selection set so far. */
interface Found {
  readonly named: Map<string, FieldNode>;
  readonly deferred: SelectionSetNode[];
  /** Names of fragments that stand in it already. */
  readonly spread: Set<string>;
}

class Collector {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variables: Variables;

  constructor(schema: GraphQLSchema, fragments: readonly FragmentDefinitionNode[], variables: Variables) {
    this.#schema = schema;
    this.#fragments = new Map(fragments.map((node) => [node.name.value, node]));
    this.#variables = variables;
  }

  fieldsOf(set: SelectionSetNode): readonly FieldNode[] {
    const found: Found = { named: new Map(), deferred: [], spread: new Set() };
    this.#collect(set, found);
    return [...found.named.values(), ...found.deferred.flatMap((part) => this.fieldsOf(part))];
  }

  #collect({ selections }: SelectionSetNode, found: Found): void {
    for (const node of selections.filter((one) => this.#isIncluded(one))) {
      if (node.kind === Kind.FIELD) found.named.set((node.alias ?? node.name).value, node);
      else if (this.#isDeferred(node)) found.deferred.push(this.#setOf(node));
      else if (node.kind === Kind.INLINE_FRAGMENT) this.#collect(node.selectionSet, found);
      else if (!found.spread.has(node.name.value)) {
        found.spread.add(node.name.value);
        this.#collect(this.#setOf(node), found);
      }
    }
  }

  #setOf(node: Exclude<SelectionNode, FieldNode>): SelectionSetNode {
    return node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : this.#fragments.get(node.name.value)!.selectionSet;
  }

  #isIncluded(node: SelectionNode): boolean {
    const skip = getDirectiveValues(GraphQLSkipDirective, node, this.#variables);
    const include = getDirectiveValues(GraphQLIncludeDirective, node, this.#variables);
    return skip?.if !== true && include?.if !== false;
  }

  #isDeferred(node: SelectionNode): boolean {
    const directive = this.#schema.getDirective("defer");
    const defer = directive ? getDirectiveValues(directive, node, this.#variables) : undefined;
    return defer !== undefined && defer.if !== false;
  }
}
