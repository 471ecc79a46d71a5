// The load under which the budgets are measured: the same tables and requests in C, in WebAssembly and in V8.
//
// Two tables are real ones: GitHub's API with overlaps, and that of 2026 with its 1,223 routes. The third has what they
// lack: six parameters, constraints, hosts, optional segments, redirects. Lookups take turns on all three, in random
// order, so that none of them finds the branch predictor, or V8's caches, as its own last one left them.

import { writeFileSync } from "node:fs";
import { makeRequests, METHOD_NOT_ALLOWED, NOT_FOUND, word } from "../requests.mjs";
import { seededRandom } from "../random.mjs";
import { readRoutes, routeFile, TABLES } from "../routes.mjs";

const REDIRECT = -3, BAD_PATH = -5;
const ORIGIN = "https://load.example.net";

/** How many requests there are. */
export const SIZE = 16384;

/**
 * @typedef {object} LoadTable
 * @property {string} name
 * @property {{ trailingSlash?: "redirect", cleanPath?: "redirect" }} options
 * @property {{ id: number, method: string, host: string, pattern: string, name?: string }[]} routes
 *
 * @typedef {object} LoadRequest
 * @property {number} table
 * @property {string} method
 * @property {string} url
 * @property {string} path that of the URL, with its query
 * @property {number} urlId what the URL must lead to
 * @property {number} id what the path alone must lead to
 */

// ------------------------------------------------------------------ the third table

const LANGUAGE = [
  ["GET", "", "/six/:a/:b/:c/:d/:e/:f"],
  ["GET", "", "/six/:a/:b/:c/:d/:e/last"],
  ["GET", "", "/users/:id<int>"],
  ["GET", "", "/users/:id(\\d{4}-[a-z]+)"],
  ["GET", "", "/users/:name"],
  ["GET", "", "/f/:base.:ext<alpha(2..4)>"],
  ["GET", "", "/o/:id?"],
  ["GET", "", "/date/:day<date>/:key<uuid>"],
  ["GET", "", "/rest/*path"],
  ["GET", "api.example.com", "/here"],
  ["GET", ":tenant.example.com", "/:x/:y?"],
  ["GET", "*.example.org", "/sub/*rest"],
  ["PUT", "", "/users/:id"],
  ["GET", "", "/compare/:base...:head"],
  ["*", "", "/any/:thing"]
].map(([method, host, pattern], id) => ({ id, method, host, pattern, name: `route-${id}` }));

const UUID = "0b8c5d2e-31f7-4f0c-9a5e-6d1d8c1f2a3b";

/** What each kind of request is made of: words, a URL of them, what it leads to, and what the path alone leads to. */
const KINDS = {
  "six parameters": ([a, b, c, d, e, f]) => [`${ORIGIN}/six/${a}/${b}/${c}/${d}/${e}/${f}?q=${a}`, 0],
  "six, and back": ([a, b, c, d, e]) => [`${ORIGIN}/six/${a}/${b}/${c}/${d}/${e}/last`, 1],
  "six, escaped": ([a, b, c, d, e]) => [`${ORIGIN}/six/${a}/%C3%A9${b}/${c}%20/${d}/${e}/l%61st`, 1],
  "an integer": ([a]) => [`${ORIGIN}/users/-${a.length}`, 2],
  "an expression": () => [`${ORIGIN}/users/2024-abc`, 3],
  "no such expression": ([a]) => [`${ORIGIN}/users/2024-${a}`, 4],
  "a bounded constraint": ([a, b]) => [`${ORIGIN}/f/${a}.${b}.html`, 5],
  "an optional segment": ([a]) => [`${ORIGIN}/o/${a}`, 6],
  "without it": () => [`${ORIGIN}/o#top`, 6],
  "a date and a uuid": () => [`${ORIGIN}/date/2024-02-29/${UUID}`, 7],
  "a catch-all": ([a, b, c]) => [`${ORIGIN}/rest/${a}/${b}/${c}`, 8],
  "an exact host": () => ["https://API.example.com/here", 9, NOT_FOUND],
  "a label": ([a, b, c]) => [`https://${a}.example.com:8080/${b}x/${c}`, 10, NOT_FOUND],
  "a suffix": ([a, b, c]) => [`https://${a}.${b}.example.org./sub/${c}`, 11, NOT_FOUND],
  "a host, then none": ([a, b]) => [`https://api.example.com/rest/${a}/${b}/c`, 8],
  "another method": ([a]) => [`${ORIGIN}/users/${a}`, METHOD_NOT_ALLOWED, METHOD_NOT_ALLOWED, "POST"],
  "bounded by dots": ([a, b]) => [`${ORIGIN}/compare/${a}...${b}`, 13],
  "any method": ([a]) => [`${ORIGIN}/any/${a}`, 14, 14, "PURGE"],
  "a slash to redirect": ([a]) => [`${ORIGIN}/o/${a}/?q=1`, REDIRECT],
  "a path to clean": ([a]) => [`${ORIGIN}//USERS/./${a}/../42/`, REDIRECT],
  "beyond ASCII": ([a]) => [`${ORIGIN}/users/${a}\u00fc\u{1f600}`, 4],
  "nothing at all": ([a, b]) => [`${ORIGIN}/nothing/${a}/${b}`, NOT_FOUND],
  "no URL, no path": ([a]) => [a, BAD_PATH]
};

function languageRequests(random, count) {
  const kinds = Object.values(KINDS);
  return Array.from({ length: count }, (_, i) => {
    const words = Array.from({ length: 6 }, () => word(random));
    const [url, urlId, id = urlId, method = "GET"] = kinds[i % kinds.length](words);
    return { method, url, path: url.replace(/^https:\/\/[^/]*/, ""), urlId, id };
  });
}

// ------------------------------------------------------------------ all of it

const REAL = ["github-2013-overlaps", "github-2026"];
const SETS = ["hits", "hits", "misses", "405", "escaped", "non-ascii", "equivalent"];

const real = (name) => ({ name, options: {}, routes: readRoutes(routeFile(name)) });

function realRequests(name, count) {
  const routes = readRoutes(routeFile(name));
  const some = (set, i) => makeRequests(routes, set, { count: Math.ceil(count / SETS.length), seed: 1 + i });
  const all = SETS.flatMap(some).slice(0, count);
  return all.map(({ method, path, id }) => ({ method, path, url: ORIGIN + path, urlId: id, id }));
}

/** @returns {LoadTable[]} those that the requests go to */
export function loadTables() {
  const options = { trailingSlash: "redirect", cleanPath: "redirect" };
  return [...REAL.map(real), { name: "language", options, routes: LANGUAGE }];
}

/** @returns {LoadRequest[]} seeded, in random order */
export function loadRequests() {
  const share = Math.ceil(SIZE / 3), random = seededRandom(1);
  const lists = [...REAL.map((name) => realRequests(name, share)), languageRequests(random, share)];
  const all = lists.flatMap((list, table) => list.map((request) => ({ table, ...request })));
  return random.shuffle(all).slice(0, SIZE);
}

/** The tables whose sizes have a budget: all data sets, and the third one of the load. */
export function sizedTables() {
  return [...TABLES.map(real), loadTables().at(-1)];
}

// ------------------------------------------------------------------ for the native program

const OPTIONS = { strict: 0, redirect: 1 };

/**
 * Writes the load as the native program reads it, a line for each thing, tabs between its parts:
 *
 *     table NAME TRAILING_SLASH CLEAN_PATH       and after it its routes
 *     route METHOD HOST PATTERN NAME
 *     request TABLE METHOD URL PATH_OFFSET URL_ID ID
 *
 * @param {string} file
 */
export function writeLoad(file) {
  const tables = [...loadTables(), ...sizedTables()].filter(isFirst);
  const lines = [...tables.flatMap(tableLines), ...loadRequests().map(requestLine)];
  writeFileSync(file, `${lines.map((parts) => parts.join("\t")).join("\n")}\n`);
}

const isFirst = ({ name }, i, tables) => tables.findIndex((table) => table.name === name) === i;

const tableLines = ({ name, options: { trailingSlash = "strict", cleanPath = "strict" }, routes }) => [
  ["table", name, OPTIONS[trailingSlash], OPTIONS[cleanPath]],
  ...routes.map(({ method, host, pattern, name }) => ["route", method, host || "-", pattern, name ?? "-"])
];

const requestLine = ({ table, method, url, path, urlId, id }) =>
  ["request", table, method, url, Buffer.byteLength(url) - Buffer.byteLength(path), urlId, id];
