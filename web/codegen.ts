import type { CodegenConfig } from "@graphql-codegen/cli";

// Types of what the explorer asks, from the schema that the service publishes; documents stay text, as they are sent.
const config: CodegenConfig = {
  schema: "../schema.graphql",
  documents: "src/**/*.graphql",
  generates: {
    "src/api/generated.ts": {
      plugins: ["typescript-operations", "typed-document-node"],
      config: {
        documentMode: "string",
        enumsAsTypes: true,
        useTypeImports: true,
        skipTypename: true,
        onlyOperationTypes: true,
        strictScalars: true,
        dedupeFragments: true,
        scalars: {
          Date: "string",
          DateTime: "string",
          Decimal: "string",
          GeoJSON: "import('geojson').GeoJSON",
          URL: "string",
        },
      },
    },
  },
};
export default config;
