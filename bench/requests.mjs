// Requests for a table: seeded, distinct where the route has parameters, in random order, each with its answer.

import { readFileSync, writeFileSync } from "node:fs";
import { resolver } from "./routes.mjs";
import { seededRandom } from "./random.mjs";

/** How many requests a set has. */
export const COUNT = 8192;

/** The answers without a route, with the numbers of wye.h. */
export const NOT_FOUND = -1, METHOD_NOT_ALLOWED = -2;

/**
 * @typedef {object} Request
 * @property {string} method
 * @property {string} path or an absolute URL, for a table with hosts
 * @property {number} id of the route to be reached, or NOT_FOUND, or METHOD_NOT_ALLOWED
 * @property {string[]} values the parameters' values, as the text has them
 */

/** What there is to measure: each set by its name. */
export const SETS = {
  hits: (make) => make.hit(plainValue),
  misses: (make) => make.miss(),
  405: (make) => make.wrongMethod(),
  escaped: (make) => make.hit(escapedValue, hasParams),
  "non-ascii": (make) => make.hit(nonAsciiValue, hasParams),
  // Escaped letters in the literals, which wye alone takes for the letters that they are.
  equivalent: (make) => make.equivalent()
};

const hasParams = (route) => route.names.length > 0;

/**
 * @param {import("./routes.mjs").Route[]} routes
 * @param {keyof SETS} set
 * @param {{ count?: number, seed?: number }} [options]
 * @returns {Request[]}
 */
export function makeRequests(routes, set, { count = COUNT, seed = 1 } = {}) {
  const random = seededRandom(seed);
  const make = maker(routes, random);
  const requests = Array.from({ length: count }, () => SETS[set](make));
  return random.shuffle(requests);
}

function maker(routes, random) {
  const { resolve, methods } = resolver(routes);
  const context = { random, resolve, methods, seen: new Set(), turn: turns(routes) };
  return {
    hit: (value, wanted = () => true) => hit(context, value, wanted),
    miss: () => miss(context),
    wrongMethod: () => wrongMethod(context),
    equivalent: () => equivalent(context)
  };
}

// Every route as often as every other: one after the other here, shuffled at the end.
function turns(routes) {
  let next = 0;
  return (wanted) => {
    for (;;) {
      const route = routes[next++ % routes.length];
      if (wanted(route)) return route;
    }
  };
}

function hit(context, value, wanted) {
  const route = context.turn(wanted);
  const path = distinct(context, route, () => fill(route, (name) => value(name, context.random)));
  return answer(route.method, path, context.resolve(route.method, path));
}

function answer(method, path, found) {
  if (!found) throw new Error(`no route for ${method} ${path}: the generator is wrong`);
  return { method, path, id: found.route.id, values: found.values };
}

// A static route has one path only; all others give a new one each time.
function distinct({ seen }, route, makePath) {
  for (let tries = 0; tries < 1000; tries++) {
    const path = makePath();
    const key = `${route.method} ${path}`;
    if (route.names.length > 0 && seen.has(key)) continue;
    seen.add(key);
    return path;
  }
  throw new Error(`no more distinct paths for ${route.method} ${route.pattern}`);
}

function fill(route, value) {
  const fillSegment = (segment) => segment.replace(/:([A-Za-z_]\w*)/g, (_, name) => value(name));
  const segments = route.segments.map((segment) => (segment.startsWith("*") ? "*" : fillSegment(segment)));
  return `/${segments.join("/")}`.replace("*", () => `${value("dir")}/${value("file")}`);
}

// ------------------------------------------------------------------ values

export const DIGITS = "0123456789", HEX = "0123456789abcdef", LETTERS = "abcdefghijklmnopqrstuvwxyz";
const ALNUM = LETTERS + LETTERS.toUpperCase() + DIGITS;

/** A random text of so many characters. */
export function text(random, alphabet, least, most = least) {
  const length = least + random.below(most - least + 1);
  return Array.from({ length }, () => random.pick(alphabet)).join("");
}

// What such parameters hold in real requests: numbers, hashes, names.
function plainValue(name, random) {
  if (/id$|number|position/.test(name)) return text(random, DIGITS, 2, 9);
  if (/sha|oid/.test(name)) return text(random, HEX, 40, 40);
  return word(random);
}

/** Letters with a digit among them, so that no value is by chance a literal of the table. */
export function word(random) {
  const dash = random.below(3) === 0 ? `-${text(random, LETTERS, 2, 6)}` : "";
  return text(random, LETTERS, 1, 3) + text(random, ALNUM, 1, 8) + random.pick(DIGITS) + dash;
}

const ESCAPES = ["%20", "%C3%A9", "%2F", "%e2%82%ac", "%40", "%25"];
const NON_ASCII = ["\u00e9", "\u00fc\u00df", "\u6771\u4eac", "\u0161", "\u{1f600}", "\u012f"];

const escapedValue = (name, random) => plainValue(name, random) + random.pick(ESCAPES) + word(random);
const nonAsciiValue = (name, random) => plainValue(name, random) + random.pick(NON_ASCII) + word(random);

// ------------------------------------------------------------------ requests that no route serves

const CHANGES = [
  (path, random) => `${path}/${word(random)}`,
  (path) => path.slice(0, path.lastIndexOf("/")) || "/nothing",
  (path) => `${path}/`,
  (path, random) => {
    const at = 1 + random.below(Math.min(6, path.length - 1));
    return path.slice(0, at) + random.pick(LETTERS) + path.slice(at + 1);
  },
  (path, random) => `/${word(random)}${path}`
];

// A path like those of the table, but for which no route of any method is there.
function miss(context) {
  for (;;) {
    const route = context.turn(() => true);
    const hitPath = fill(route, (name) => plainValue(name, context.random));
    const path = context.random.pick(CHANGES)(hitPath, context.random);
    if (context.seen.has(path) || served(context, path).length > 0) continue;
    context.seen.add(path);
    return { method: route.method, path, id: NOT_FOUND, values: [] };
  }
}

const served = ({ methods, resolve }, path) => methods.filter((method) => resolve(method, path));

// A path of the table with a method that it does not serve; where a table has one method only, another one.
function wrongMethod(context) {
  for (;;) {
    const route = context.turn(() => true);
    const path = fill(route, (name) => plainValue(name, context.random));
    const methods = context.methods.length > 1 ? context.methods : ["POST", "PUT", "DELETE"];
    const others = methods.filter((method) => !context.resolve(method, path));
    if (others.length === 0) continue;
    return { method: context.random.pick(others), path, id: METHOD_NOT_ALLOWED, values: [] };
  }
}

function equivalent(context) {
  const hasLiteral = (route) => /\/[a-z]/.test(route.pattern);
  const { method, path, id, values } = hit(context, plainValue, hasLiteral);
  const escapeLetter = (_, letter) => `/%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
  return { method, path: path.replace(/\/([a-z])/, escapeLetter), id, values };
}

// ------------------------------------------------------------------ files

/**
 * Writes requests for the contenders, in whatever language: a line each, `METHOD path id value...`, tabs between.
 * @param {string} file
 * @param {Request[]} requests
 */
export function writeRequests(file, requests) {
  const line = ({ method, path, id, values }) => [method, path, id, ...values].join("\t");
  writeFileSync(file, requests.map(line).join("\n") + "\n");
}

/**
 * @param {string} file
 * @returns {Request[]}
 */
export function readRequests(file) {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const [method, path, id, ...values] = line.split("\t");
    return { method, path, id: Number(id), values };
  });
}
