import { GraphQLError, type DocumentNode, NoSchemaIntrospectionCustomRule, parse } from "graphql";
import type { Plugin } from "graphql-yoga";
import { operationCost, type CostedOperation } from "./document-cost.ts";
import { measureDocument, type DocumentSize } from "./document-size.ts";

/** The most that a document may ask for. */
const documentLimits = {
  /** Generous for a picture in base64 within the document; such documents are not cached. */
  characters: 32 * 1024 * 1024,
  tokens: 2_000,
  depth: 10,
  introspectionDepth: 20,
  aliases: 15,
  directives: 50,
  cost: 5_000,
} as const;

/** Refuses documents that ask for too much: their size before validation, their cost with their variables before running. */
export function useDocumentLimits(): Plugin {
  return {
    onParse: ({ params, setParseFn }) => {
      checkLimit("characters", String(params.source).length);
      setParseFn(parseWithinLimits);
    },
    onValidate: ({ params, setResult }) => {
      const error = oversize(measureDocument(params.documentAST as DocumentNode));
      if (error) setResult([error]);
    },
    onExecute: ({ args, setResultAndStopExecution }) => {
      const error = tooCostly(args);
      if (error) setResultAndStopExecution({ errors: [error] });
    },
    onSubscribe: ({ args, setResultAndStopExecution }) => {
      const error = tooCostly(args);
      if (error) setResultAndStopExecution({ errors: [error] });
    },
  };
}

/** Hides the schema. */
export function useNoIntrospection(): Plugin {
  return { onValidate: ({ addValidationRule }) => addValidationRule(NoSchemaIntrospectionCustomRule) };
}

function parseWithinLimits(...[source, options]: Parameters<typeof parse>): ReturnType<typeof parse> {
  try {
    return parse(source, { ...options, maxTokens: documentLimits.tokens });
  } catch (error) {
    const isLimit = error instanceof GraphQLError && error.message.includes("tokens");
    // The parser stops at the limit and so cannot say how many there are.
    throw isLimit ? tooComplex("tokens", `more than ${documentLimits.tokens}`) : error;
  }
}

function oversize(size: DocumentSize): GraphQLError | undefined {
  const names = ["depth", "introspectionDepth", "aliases", "directives"] as const;
  const over = names.find((name) => size[name] > documentLimits[name]);
  return over && tooComplex(over, size[over]);
}

function tooCostly(args: {
  readonly schema: CostedOperation["schema"];
  readonly document: CostedOperation["document"];
  readonly operationName?: string | null | undefined;
  readonly variableValues?: CostedOperation["variables"];
}): GraphQLError | undefined {
  const cost = operationCost({ ...args, variables: args.variableValues });
  return cost > documentLimits.cost ? tooComplex("cost", cost) : undefined;
}

function checkLimit(name: keyof typeof documentLimits, counted: number): void {
  if (counted > documentLimits[name]) throw tooComplex(name, counted);
}

const wording: Readonly<Record<keyof typeof documentLimits, string>> = {
  characters: "characters",
  tokens: "tokens",
  depth: "levels of fields within fields",
  introspectionDepth: "levels of introspection",
  aliases: "aliases",
  directives: "directives",
  cost: "points of cost",
};

function tooComplex(name: keyof typeof documentLimits, counted: number | string): GraphQLError {
  const limit = documentLimits[name];
  return new GraphQLError(`The document has ${counted} ${wording[name]}; at most ${limit} are allowed.`, {
    extensions: { code: "QUERY_TOO_COMPLEX", counted, limit, http: { spec: true, status: 400 } },
  });
}
