// The one list of flags: every toolchain compiles and links with these. See wasm/build.mjs for what is built from them.

const WARNINGS = ["-Wall", "-Wextra", "-Wshadow", ...(process.env.WYE_REQUIRE_ALL ? ["-Werror"] : [])];
const COMMON = ["-std=c11", "-msimd128", "-mbulk-memory", "-Iinclude", "-Isrc", ...WARNINGS];

// These, which a lookup runs through, are compiled for speed: a quarter of the module's bytes. The rest is for size.
const HOT = [
  "src/language/authority.c", "src/lookup/backtrack.c", "src/lookup/match.c", "src/lookup/match_url.c",
  "src/lookup/segments.c", "wasm/freestanding.c"
];

// These are optimised together, so that a lookup from the host runs a single function.
const JOINED = [
  "src/lookup/context.c", "src/lookup/match.c", "src/lookup/match_url.c", "src/lookup/segments.c", "src/pool/pool.c",
  "wasm/exports.c"
];

// Without this LLVM inlines what is up to five instructions longer than the call.
const SMALL = ["-Oz", "-mllvm", "-inline-call-penalty=0"];

const fast = () => [...COMMON, "-O3"];
const fastWhereHot = (source) => [
  ...COMMON,
  ...(HOT.includes(source) ? ["-O2"] : SMALL),
  ...(JOINED.includes(source) ? ["-flto"] : []),
];

/** wye.wasm: freestanding, imports nothing. */
export const MODULE = {
  target: "wasm32",
  flagsOf: fastWhereHot,
  // The stack is below the data, so that a stack overflow traps instead of overwriting a table.
  link: [
    ...["--no-entry", "--stack-first", "-z", "stack-size=65536"],
    ...["--gc-sections", "--strip-all", "--compress-relocations"],
  ],
  driver: ["-nostdlib"],
};

/** wye-cli.wasm: a WASI command, with the compiler's own libc. */
export const COMMAND = {
  target: "wasm32-wasip1",
  flagsOf: fast,
  link: ["--stack-first", "-z", "stack-size=262144", "--gc-sections", "--strip-all"],
  driver: [],
};
