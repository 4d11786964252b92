import { useCSRFPrevention } from "@graphql-yoga/plugin-csrf-prevention";
import { createGraphQLError, type Plugin } from "graphql-yoga";

/** The header that GraphiQL sends. */
export const csrfHeader = "x-graphql-yoga-csrf";
/** Any of these shows that a browser asked before sending; clients that upload already know the other two. */
export const csrfHeaders: readonly string[] = [csrfHeader, "apollo-require-preflight", "graphql-require-preflight"];

/** Refuses what a page of another origin could send unasked: GET, forms, uploads and plain text without our header. */
export function useCsrfPrevention(): Plugin {
  const { onRequestParse } = useCSRFPrevention({ requestHeaders: [...csrfHeaders] });
  return {
    onRequestParse(payload) {
      try {
        return onRequestParse?.(payload);
      } catch {
        throw createGraphQLError(
          `A GET, form, plain text or multipart request needs the header ${csrfHeader}, with any value.`,
          {
            extensions: { code: "FORBIDDEN", http: { status: 403 } },
          },
        );
      }
    },
  };
}
