import type { CodegenConfig } from "@graphql-codegen/cli";

const client = {
  preset: "client",
  presetConfig: { fragmentMasking: false },
  config: {
    importExtension: ".ts",
    enumType: "string-literal",
    useTypeImports: true,
    strictScalars: true,
    scalars: { ID: "string", Base64: "string", DateTime: "string", File: "File", URL: "string" },
  },
} as const;

/**
 * Typed documents: those of the examples, which the example clients send, the tests run and GraphiQL's tabs show, and those
 * of the page.
 */
const config: CodegenConfig = {
  schema: "schema/schema.graphql",
  generates: {
    "examples/clients/generated/": { ...client, documents: ["schema/examples/*.graphql"] },
    "web/src/graph/generated/": { ...client, documents: ["web/src/**/*.graphql"] },
  },
  hooks: { afterAllFileWrite: ["prettier --write"] },
};

export default config;
