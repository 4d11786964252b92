import { GraphQLError } from "graphql";
import { createGraphQLError, type Plugin } from "graphql-yoga";
import type { ClientCode } from "./client-error.ts";
import type { RequestScope } from "./request-scope.ts";

/** Says of a body that cannot be read what is wrong with it, and gives refusals without a body one in JSON. */
export function useBodyErrors({ maxImageBytes }: { readonly maxImageBytes: number }): Plugin<object, RequestScope> {
  return {
    onRequestParse: ({ requestParser, setRequestParser }) => {
      if (!requestParser) return;
      setRequestParser(async (request) => {
        try {
          return await requestParser(request);
        } catch (error) {
          throw bodyError(error, maxImageBytes);
        }
      });
    },
    onResponse: (payload) => {
      const { status, body: given } = payload.response;
      const message = wordless[status];
      if (message === undefined || given) return;
      const code = "BAD_USER_INPUT" satisfies ClientCode;
      const body = JSON.stringify({ errors: [{ message, extensions: { code } }] });
      payload.serverContext.operation.failed(code);
      const headers = { "content-type": "application/json; charset=utf-8" };
      payload.setResponse(new payload.fetchAPI.Response(body, { status, headers }));
    },
  };
}

/** Statuses to which the library adds no word. */
const wordless: Readonly<Record<number, string>> = {
  406: "Accept application/json or application/graphql-response+json.",
  415: "Send application/json, or multipart/form-data to upload files.",
};

function bodyError(error: unknown, maxImageBytes: number): unknown {
  if (error instanceof GraphQLError) return isOversizeFile(error) ? oversizeFile(maxImageBytes) : error;
  if (error instanceof Error && error.name === "AbortError") return error;
  return createGraphQLError("The body does not have the form that its content type promises.", {
    extensions: { code: "BAD_USER_INPUT", http: { status: 400 } },
  });
}

function isOversizeFile({ message }: GraphQLError): boolean {
  return message.startsWith("File size limit exceeded");
}

function oversizeFile(maxImageBytes: number): GraphQLError {
  return createGraphQLError(`A picture's file may have at most ${maxImageBytes} bytes.`, {
    extensions: { code: "IMAGE_TOO_LARGE", http: { status: 413 } },
  });
}
