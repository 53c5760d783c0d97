import graphql from "@graphql-eslint/eslint-plugin";
import typescript from "typescript-eslint";

const operations = graphql.configs["flat/operations-recommended"].rules;

export default [
  { ignores: ["dist/", "src/api/generated.ts", "node_modules/"] },
  ...typescript.configs.strict.map((config) => ({ ...config, files: ["**/*.ts", "**/*.tsx"] })),
  {
    files: ["**/*.ts", "**/*.tsx"],
    rules: {
      "no-console": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-invalid-void-type": "off",
    },
  },
  {
    files: ["src/**/*.graphql"],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: "../schema.graphql", documents: "src/**/*.graphql" } },
    },
    plugins: { "@graphql-eslint": graphql },
    rules: { ...operations, "@graphql-eslint/selection-set-depth": ["error", { maxDepth: 12 }] },
  },
];
