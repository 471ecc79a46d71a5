// Run with --expose-gc by language.test.mjs: prints what lookups over the whole route language allocate, as JSON.

import { bytesAllocated } from "../../bench/bytes.mjs";
import { freshPaths } from "../../bench/fresh.mjs";
import { wasm } from "../../js/instance.js";
import { RouteTable } from "wye";

const { NOT_FOUND, METHOD_NOT_ALLOWED, REDIRECT, BAD_PATH } = RouteTable;

function filled(options, routes) {
  const table = new RouteTable(options);
  for (const [pattern, host] of routes) table.add("GET", pattern, { host });
  return table;
}

const OPTIONAL = ["/o/:id?"];
const ROUTES = [
  ["/users/:id<int>"], ["/users/:id(\\d{4}-[a-z]+)"], ["/users/:name"], ["/f/:base.:ext<alpha(2..4)>"], OPTIONAL,
  ["/date/:day<date>/:key<uuid>"], ["/rest/*path"], ["/here", "api.example.com"], ["/:x/:y?", ":tenant.example.com"],
  ["/sub/*rest", "*.example.org"],
];

const plain = filled({}, ROUTES);
const moved = filled({ trailingSlash: "redirect", cleanPath: "redirect" }, ROUTES);
const ignoring = filled({ trailingSlash: "ignore" }, ROUTES);

const UUID = "0b8c5d2e-31f7-4f0c-9a5e-6d1d8c1f2a3b";

/** Each kind: a table, a URL and what it must lead to. The path alone is asked too, if it leads to the same. */
const KINDS = {
  types: [plain, "https://h/users/-42", 0],
  expressions: [plain, "https://h/users/2024-abc", 1],
  "constraints that fail": [plain, "https://h/users/2024-ABC", 2],
  "bounded constraints": [plain, "https://h/f/a.b.c.html", 3],
  "an optional segment": [plain, "https://h/o/1", 4],
  "without the optional segment": [plain, "https://h/o", 4],
  "dates, uuids": [plain, `https://h/date/2024-02-29/${UUID}`, 5],
  "escaped values": [plain, "https://h/users/%2D%34%32", 0],
  "an exact host": [plain, "https://API.example.com/here", 7],
  "labels of a host": [plain, "https://me.example.com:8080/a/b", 8],
  "a host's escapes": [plain, "https://m%41.example.com/a", 8],
  "a suffix of hosts": [plain, "https://a.b.example.org./sub/x", 9],
  "a host, another, then none": [plain, "https://api.example.com/rest/x/y", 6],
  "no such host": [plain, "https://example.com/here", NOT_FOUND],
  "a malformed host": [plain, "https://exa mple.com/here", BAD_PATH],
  "another method": [plain, "https://h/users/1", METHOD_NOT_ALLOWED, "PUT"],
  "a slash less": [moved, "https://h/users/42/?q", REDIRECT],
  "a slash more": [moved, "https://h/rest", REDIRECT],
  "a path to clean": [moved, "https://h//USERS/./x/../42/", REDIRECT],
  "nothing after all": [moved, "https://h//no/../none/", NOT_FOUND],
  "a slash ignored": [ignoring, "https://h/users/42/", 0],
  "characters beyond ASCII": [ignoring, "https://h/users/\u00fc\u{1f600}/", 2],
};

const SIZE = 512, WARM = 40, RUNS = 5;

// Read by index, as an application's handler would read spans.
function spans(table) {
  let sum = 0;
  for (let j = table.paramCount; j >= 0; j--) sum = (sum + table.paramStart(j) - table.paramEnd(j)) | 0;
  return sum + table.paramStart("id") + table.paramEnd("x");
}

const WORK = {
  match: (table, method, pool) => {
    let last = 0, sum = 0;
    for (let i = 0; i < SIZE; i++) {
      last = table.match(method, pool[i]);
      sum = (sum + spans(table)) | 0;
    }
    return sum === 0.5 ? sum : last;
  },
  matchUrl: (table, method, pool) => {
    let last = 0, sum = 0;
    for (let i = 0; i < SIZE; i++) {
      last = table.matchUrl(method, pool[i]);
      sum = (sum + spans(table)) | 0;
    }
    return sum === 0.5 ? sum : last;
  },
};

function measure(kind, work, [table, , expected, method = "GET"], text) {
  const { pool, renew } = freshPaths(Array.from({ length: SIZE }, () => ({ path: text })));
  const run = () => {
    const outcome = WORK[work](table, method, pool);
    if (outcome !== expected) throw new Error(`${kind}, ${work}: ${outcome}, not ${expected}`);
  };
  for (let i = 0; i < WARM; i++) {
    renew();
    bytesAllocated(run);
  }
  return { kind, work, bytes: bytesAllocated(run, { runs: RUNS, prepare: () => renew() }) };
}

// All kinds go through the same code, so it is compiled for all of them before any is measured.
function all() {
  return Object.entries(KINDS).flatMap(([kind, given]) => {
    const [table, url, expected, method = "GET"] = given;
    const path = url.replace(/^https:\/\/[^/]*/, "");
    const both = table.match(method, path) === expected;
    const jobs = both ? [["match", path], ["matchUrl", url]] : [["matchUrl", url]];
    return jobs.map(([work, text]) => measure(kind, work, given, text));
  });
}

all();
const before = wasm.memory.buffer.byteLength;
const measured = all();
console.log(JSON.stringify({ lookups: SIZE, measured, grown: wasm.memory.buffer.byteLength - before }));
