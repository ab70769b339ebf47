import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import a11y from "eslint-plugin-jsx-a11y";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules", "src/generated", "test-results", "playwright-report"] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  a11y.flatConfigs.recommended,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["*.js", "journeys/*.js", "scripts/*.mjs"] } } },
    rules: {
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  // Components are nowhere else, and it compiles what it looks at.
  { files: ["src/**"], plugins: { "react-hooks": hooks }, rules: hooks.configs.recommended.rules },
  // The kit knows nothing of what is played: whoever uses it tells it.
  { files: ["src/kit/**"], rules: { "no-restricted-imports": ["error", { patterns: ["../play/*", "../pages/*", "../panels/*"] }] } },
  { files: ["**/*.js", "**/*.mjs"], ...tseslint.configs.disableTypeChecked, languageOptions: { globals: { process: "readonly", console: "readonly" } } },
);
