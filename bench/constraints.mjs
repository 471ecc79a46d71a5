// Tables whose parameters have constraints, and requests whose values hold, or do not.

import { COUNT, DIGITS, HEX, LETTERS, NOT_FOUND, text, word } from "./requests.mjs";
import { resolver } from "./routes.mjs";
import { seededRandom } from "./random.mjs";

const digits = (random) => text(random, DIGITS, 1, 9);
const letters = (random) => text(random, LETTERS, 2, 8);
const uuid = (random) => [8, 4, 4, 4, 12].map((length) => text(random, HEX, length)).join("-");

/**
 * Each constraint with values that satisfy it; a word of `word`, which has letters and a digit in it, satisfies none.
 * @type {Record<string, (random: ReturnType<typeof seededRandom>) => string>}
 */
export const CONSTRAINTS = {
  "<uint>": digits,
  "(\\d+)": digits,
  "<alpha(2..8)>": letters,
  "([a-z]{2,8})": letters,
  "(\\d+|new)": (random) => (random.below(8) === 0 ? "new" : digits(random)),
  "<uuid>": uuid,
  "<date>": (random) => [1900 + random.below(200), two(1 + random.below(12)), two(1 + random.below(28))].join("-")
};

const two = (number) => String(number).padStart(2, "0");

/** Where values of both sorts go: to the constrained parameter, or to the plain one beside it. */
export const BESIDE = "<uint>, else plain";

/** What there is to measure. */
export const KINDS = [...Object.keys(CONSTRAINTS), BESIDE];

const PATTERNS = ["/users/:id", "/users/:id/posts", "/users/:id/posts/:post"];
const linesWith = (constraint) => PATTERNS.map((pattern) => `GET ${pattern.replace(/:\w+/g, `$&${constraint}`)}`);

/**
 * The table with plain parameters and the one with constraints, as lines of a route file.
 * @param {string} kind one of KINDS
 */
export function constraintTables(kind) {
  const plain = linesWith("");
  return { plain, constrained: kind === BESIDE ? [...linesWith("<uint>"), ...plain] : linesWith(kind) };
}

/**
 * Requests for both tables of a kind, the same paths in the same order: in `hits` the values hold, in `misses` none
 * does.
 * @param {string} kind one of KINDS
 * @param {{ plain: import("./routes.mjs").Route[], constrained: import("./routes.mjs").Route[] }} tables
 * @param {{ set?: "hits" | "misses", count?: number, seed?: number }} [options]
 */
export function makeConstrained(kind, tables, { set = "hits", count = COUNT, seed = 1 } = {}) {
  const random = seededRandom(seed);
  const paths = random.shuffle(Array.from({ length: count }, (_, i) => makePath(kind, set, i, random)));
  return { plain: answered(tables.plain, paths), constrained: answered(tables.constrained, paths) };
}

// Of a path's values all are of one sort, so that no route with a constraint takes half of it.
function makePath(kind, set, i, random) {
  const other = set === "misses" || (kind === BESIDE && random.below(2) === 0);
  const make = other ? word : (CONSTRAINTS[kind] ?? CONSTRAINTS["<uint>"]);
  return PATTERNS[i % PATTERNS.length].replace(/:\w+/g, () => make(random));
}

function answered(routes, paths) {
  const { resolve } = resolver(routes);
  return paths.map((path) => {
    const found = resolve("GET", path);
    return { method: "GET", path, id: found ? found.route.id : NOT_FOUND, values: found?.values ?? [] };
  });
}
