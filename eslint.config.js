// A small set: what is nearly always a mistake, and a few habits of this project.

const names = (text) => Object.fromEntries(text.split(" ").map((name) => [name, "readonly"]));

// What every runtime has that wye runs in.
const web = names(
  "AbortController AbortSignal Blob File FinalizationRegistry FormData Headers Request Response ReadableStream Symbol " +
    "TextDecoder TextEncoder TransformStream URL URLSearchParams WeakRef WebAssembly WritableStream atob btoa " +
    "clearTimeout console crypto fetch performance queueMicrotask setTimeout structuredClone",
);
const node = names("Buffer clearImmediate clearInterval gc global process setImmediate setInterval");

const rules = {
  "array-callback-return": "error",
  "constructor-super": "error",
  "default-case-last": "error",
  "eqeqeq": "error",
  "for-direction": "error",
  "getter-return": "error",
  "no-async-promise-executor": "error",
  "no-class-assign": "error",
  "no-const-assign": "error",
  "no-constant-binary-expression": "error",
  "no-constructor-return": "error",
  "no-dupe-args": "error",
  "no-dupe-class-members": "error",
  "no-dupe-else-if": "error",
  "no-dupe-keys": "error",
  "no-duplicate-case": "error",
  "no-duplicate-imports": "error",
  "no-eval": "error",
  "no-fallthrough": "error",
  "no-func-assign": "error",
  "no-implicit-globals": "error",
  "no-import-assign": "error",
  "no-self-assign": "error",
  "no-self-compare": "error",
  "no-this-before-super": "error",
  "no-throw-literal": "error",
  "no-undef": "error",
  "no-unreachable": "error",
  "no-unsafe-finally": "error",
  "no-unused-expressions": "error",
  "no-unused-private-class-members": "error",
  "no-unused-vars": ["error", { args: "after-used", ignoreRestSiblings: true }],
  "no-useless-catch": "error",
  "no-useless-return": "error",
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
  "use-isnan": "error",
  "valid-typeof": "error",
};

export default [
  { ignores: ["build/", "dist/", "js/wasm/constants.js"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" }, rules, languageOptions: { globals: web } },
  { files: ["js/**"], languageOptions: { globals: names("Buffer process") } },
  { files: ["tests/runtimes/**"], languageOptions: { globals: names("Bun Deno") } },
  { files: ["tests/package/hosts/**"], languageOptions: { globals: names("addEventListener expect navigator test") } },
  { files: ["bench/**", "tests/**", "wasm/**", "examples/*/*.mjs", "*.js"], languageOptions: { globals: { ...web, ...node } } },
];
