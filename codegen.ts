import type { CodegenConfig } from "@graphql-codegen/cli";

/** Typed documents for the example documents, which the example clients send, the tests run and GraphiQL's tabs show. */
const config: CodegenConfig = {
  schema: "schema/schema.graphql",
  documents: ["schema/examples/*.graphql"],
  generates: {
    "examples/clients/generated/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        importExtension: ".ts",
        enumType: "string-literal",
        useTypeImports: true,
        strictScalars: true,
        scalars: { ID: "string", Base64: "string", DateTime: "string", File: "File", URL: "string" },
      },
    },
  },
  hooks: { afterAllFileWrite: ["prettier --write"] },
};

export default config;
