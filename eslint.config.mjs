import jest from "eslint-plugin-jest";
import tseslint from "typescript-eslint";
import { layerRules } from "./layers.mjs";

const wholeProvider = {
  regex: "^@cdktf/provider-[a-z]+(/lib)?(/index|/lazy-index)?$",
  message: "Import one resource (@cdktf/provider-aws/lib/s3-bucket): the whole package costs seconds and a gigabyte.",
};
export default tseslint.config(
  {
    ignores: [
      "node_modules/",
      "**/cdktf.out/",
      ".statelock/",
      "coverage/",
      "dist/",
      "__tests__/support/fixtures/project-0.1.0/",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    // One program for the whole run. A project service opens each file as an editor does.
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A construct is made for its effect on the tree.
      "@typescript-eslint/no-extraneous-class": "off",
      "no-new": "off",
      // The two slowest rules (TIMING=1). There is no enum here, and the compiler tells classes with private members apart.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/no-unsafe-enum-assignment": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      // process.env and JSON are read by index signature, as tsconfig asks.
      "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
      eqeqeq: "error",
      "no-console": "off",
    },
  },
  {
    files: ["**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "CallExpression[callee.property.name=/^(map|flatMap)$/] > Identifier.arguments[name=/^(plainText)$/]",
          message: "The index becomes the limit: write .map((text) => plainText(text)).",
        },
      ],
    },
  },
  { files: ["**/*.ts"], rules: { "no-restricted-imports": ["error", { patterns: [wholeProvider] }] } },
  ...layerRules([wholeProvider]),
  { files: ["__tests__/**/*.ts"], ...jest.configs["flat/recommended"] },
  {
    files: ["__tests__/**/*.ts"],
    rules: {
      "jest/consistent-test-it": ["error", { fn: "it" }],
      "jest/no-disabled-tests": "error",
      "jest/no-focused-tests": "error",
      "jest/expect-expect": ["error", { assertFunctionNames: ["expect", "expect*", "fc.assert"] }],
    },
  },
  { files: ["**/*.js", "**/*.mjs"], ...tseslint.configs.disableTypeChecked },
  { files: ["**/*.mjs"], rules: { "@typescript-eslint/explicit-module-boundary-types": "off" } },
  {
    files: ["**/*.js"],
    languageOptions: {
      globals: { module: "writable", process: "readonly", require: "readonly", __dirname: "readonly" },
    },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
