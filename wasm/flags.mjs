// The one list of flags: every toolchain compiles and links with these. See wasm/build.mjs for what is built from them.

const WARNINGS = ["-Wall", "-Wextra", "-Wshadow", ...(process.env.WYE_REQUIRE_ALL ? ["-Werror"] : [])];
const COMMON = ["-std=c11", "-msimd128", "-mbulk-memory", "-Iinclude", "-Isrc", ...WARNINGS];

// What a lookup runs through is compiled for speed, the rest for size: it is a quarter of the module's bytes.
const HOT = [
  "src/language/authority.c", "src/lookup/backtrack.c", "src/lookup/context.c", "src/lookup/match.c",
  "src/lookup/match_url.c", "src/lookup/segments.c", "wasm/freestanding.c"
];

// What a call from the host runs through becomes one function.
const JOINED = [
  "src/lookup/context.c", "src/lookup/match.c", "src/lookup/match_url.c", "src/lookup/segments.c", "src/pool/pool.c",
  "wasm/exports.c"
];

// Without this LLVM inlines what is up to five instructions longer than the call.
const SMALL = ["-Oz", "-mllvm", "-inline-call-penalty=0"];

const fast = () => [...COMMON, "-O3"];
const fastWhereHot = (source) => [
  ...COMMON,
  ...(HOT.includes(source) ? ["-O3"] : SMALL),
  ...(JOINED.includes(source) ? ["-flto"] : []),
];

/** wye.wasm: freestanding, imports nothing. */
export const MODULE = {
  target: "wasm32",
  flagsOf: fastWhereHot,
  // The stack lies below the data, so that running over it traps instead of overwriting a table.
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
