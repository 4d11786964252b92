import {
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

/** How big a document is once its fragments are put in place, before anything of it is checked or run. */
export interface DocumentSize {
  /** Fields within fields. */
  readonly depth: number;
  /** The same below __schema and __type, where tools go deep. */
  readonly introspectionDepth: number;
  readonly aliases: number;
  readonly directives: number;
}

const nothing: DocumentSize = { depth: 0, introspectionDepth: 0, aliases: 0, directives: 0 };

/** The size of the document's largest operations. Fragments are measured once each, so that none can multiply work. */
export function measureDocument(document: DocumentNode): DocumentSize {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const measure = new Measure(fragments);
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  return operations.map((operation) => measure.operation(operation)).reduce(largest, nothing);
}

class Measure {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #known = new Map<string, DocumentSize>();

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#fragments = fragments;
  }

  operation({
    selectionSet,
    directives,
  }: {
    selectionSet: SelectionSetNode;
    directives?: readonly unknown[];
  }): DocumentSize {
    return withDirectives(this.#selections(selectionSet), directives);
  }

  #selections(set: SelectionSetNode | undefined): DocumentSize {
    return (set?.selections ?? [])
      .map((node) => withDirectives(this.#selection(node), node.directives))
      .reduce(sum, nothing);
  }

  #selection(node: SelectionNode): DocumentSize {
    if (node.kind === Kind.FIELD) return this.#field(node);
    if (node.kind === Kind.INLINE_FRAGMENT) return this.#selections(node.selectionSet);
    return this.#fragment(node.name.value);
  }

  #field(node: FieldNode): DocumentSize {
    const below = this.#selections(node.selectionSet);
    const aliases = below.aliases + (node.alias ? 1 : 0);
    const depth = below.depth + 1;
    if (node.name.value !== "__schema" && node.name.value !== "__type") return { ...below, aliases, depth };
    return { ...below, aliases, depth: 1, introspectionDepth: depth };
  }

  #fragment(name: string): DocumentSize {
    const known = this.#known.get(name);
    if (known) return known;
    // A fragment within itself counts nothing the second time: validation refuses it anyway.
    this.#known.set(name, nothing);
    const node = this.#fragments.get(name);
    const size = withDirectives(this.#selections(node?.selectionSet), node?.directives);
    this.#known.set(name, size);
    return size;
  }
}

function withDirectives(size: DocumentSize, directives: readonly unknown[] | undefined): DocumentSize {
  return { ...size, directives: size.directives + (directives?.length ?? 0) };
}

/** Side by side: depths are the greater one, the rest adds up. */
function sum(a: DocumentSize, b: DocumentSize): DocumentSize {
  return { ...largest(a, b), aliases: a.aliases + b.aliases, directives: a.directives + b.directives };
}

function largest(a: DocumentSize, b: DocumentSize): DocumentSize {
  return {
    depth: Math.max(a.depth, b.depth),
    introspectionDepth: Math.max(a.introspectionDepth, b.introspectionDepth),
    aliases: Math.max(a.aliases, b.aliases),
    directives: Math.max(a.directives, b.directives),
  };
}
