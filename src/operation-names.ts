import { getOperationAST } from "graphql";
import type { ExecutionArgs } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { RequestScope } from "./request-scope.ts";

/** Tells each request's operation what it is called, once its document is known. */
export function useOperationNames(): Plugin<RequestScope, RequestScope> {
  return {
    onExecute: ({ args }) => tellName(args, args.contextValue),
    onSubscribe: ({ args }) => tellName(args, args.contextValue),
  };
}

function tellName(
  { document, operationName }: Pick<ExecutionArgs, "document" | "operationName">,
  { operation }: RequestScope,
): void {
  const found = getOperationAST(document, operationName);
  if (found) operation.named({ name: found.name?.value, type: found.operation });
}
