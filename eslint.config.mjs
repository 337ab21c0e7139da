import jest from "eslint-plugin-jest";
import tseslint from "typescript-eslint";

const wholeProvider = {
  regex: "^@cdktf/provider-[a-z]+(/lib)?(/index|/lazy-index)?$",
  message: "Import one resource (@cdktf/provider-aws/lib/s3-bucket): the whole package costs seconds and a gigabyte.",
};
const framework = {
  regex: "^(cdktf|constructs|@cdktf/.*)$",
  message: "cdktf stays in main.ts, stacks/, lib/backend and lib/bucket.",
};
const sdk = { regex: "^@aws-sdk/", message: "The AWS SDK stays in lib/aws; take what you need as a port." };
const processes = { regex: "^(node:)?child_process$", message: "Processes are started in lib/terraform only." };
const files = { regex: "^(node:)?fs(/promises)?$", message: "This is a pure folder; take what you need as a port." };
const parsers = {
  regex: "^(typescript|web-tree-sitter|@tree-sitter-grammars/.*)$|/(hcl|typescript)/(?!syntax$|json-parser$)",
  message: "Parsers stay in lib/hcl and lib/typescript; take what you need as a port (syntax.ts there).",
};
const folders = (...names) => ({
  regex: `^(\\.\\./)+(lib/)?(${names.join("|")})(/|$)`,
  message: "The layers in docs/architecture.md do not allow this import.",
});

/** One entry of the import layers: the folder, and what it must not import. */
const layer = (paths, ...patterns) => ({
  files: paths,
  rules: { "no-restricted-imports": ["error", { patterns: [wholeProvider, ...patterns] }] },
});

export default tseslint.config(
  { ignores: ["node_modules/", "**/cdktf.out/", ".statelock/", "coverage/"] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A construct is made for its effect on the tree.
      "@typescript-eslint/no-extraneous-class": "off",
      "no-new": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      // process.env and JSON are read by index signature, as tsconfig asks.
      "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
      eqeqeq: "error",
      "no-console": "off",
    },
  },
  layer(["**/*.ts"]),
  layer(["lib/problem.ts"], framework, sdk, processes, files, {
    regex: "^\\.",
    message: "lib/problem imports nothing.",
  }),
  layer(
    ["lib/policy/**"],
    framework,
    sdk,
    processes,
    files,
    folders("config", "backend", "bucket", "artifacts", "inventory", "aws", "terraform", "stacks", "cli"),
  ),
  layer(
    ["lib/config/**"],
    framework,
    sdk,
    processes,
    files,
    folders("backend", "bucket", "artifacts", "inventory", "aws", "terraform", "stacks", "cli"),
  ),
  layer(
    ["lib/inventory/**"],
    framework,
    sdk,
    processes,
    files,
    folders("bucket", "artifacts", "aws", "terraform", "stacks", "cli"),
  ),
  layer(["lib/backend/**"], sdk, processes, files, folders("bucket", "artifacts", "aws", "terraform", "stacks", "cli")),
  layer(
    ["lib/bucket/**"],
    sdk,
    processes,
    files,
    folders("backend", "artifacts", "inventory", "aws", "terraform", "stacks", "cli"),
  ),
  layer(["lib/artifacts/**"], framework, sdk, processes, folders("bucket", "aws", "terraform", "stacks", "cli")),
  layer(
    ["lib/{lock,history,verify,migrate,bootstrap}/**"],
    framework,
    sdk,
    processes,
    files,
    parsers,
    folders("backend", "bucket", "artifacts", "aws", "files", "terraform", "stacks", "cli"),
  ),
  // Loads the grammar and HashiCorp's parser, which are WebAssembly files in packages: the only folder that does.
  layer(["lib/hcl/**"], sdk, processes, folders("(?!hcl/).*")),
  // Loads TypeScript's compiler, when something is read: the only folder that does.
  layer(["lib/typescript/**"], framework, sdk, processes, files, folders("(?!(hcl|typescript)/).*")),
  layer(
    ["lib/files/**"],
    framework,
    sdk,
    processes,
    folders("backend", "bucket", "artifacts", "aws", "terraform", "stacks", "cli"),
  ),
  layer(["lib/aws/**"], framework, processes, folders("backend", "bucket", "artifacts", "terraform", "stacks", "cli")),
  layer(["lib/terraform/**"], framework, sdk, folders("backend", "bucket", "artifacts", "aws", "stacks", "cli")),
  layer(["stacks/**"], sdk, processes, files, folders("artifacts", "aws", "terraform", "cli")),
  layer(["cli/**"], framework, sdk, processes, folders("backend", "bucket", "stacks")),
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
  {
    files: ["**/*.js"],
    languageOptions: {
      globals: { module: "writable", process: "readonly", require: "readonly", __dirname: "readonly" },
    },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
