// Tables with many hosts, and requests for them: absolute URLs in random order, each with its answer by construction.

import { DIGITS, LETTERS, NOT_FOUND, text, word } from "./requests.mjs";
import { seededRandom } from "./random.mjs";

/** Hosts of the large tables, and requests: so many that the hosts they ask for do not stay in a fast cache. */
export const HOSTS = 10_000, HOST_REQUESTS = 32_768;

// The routes that each host has, and what a request for one puts in: the path's values in order.
const PATTERNS = [
  ["/", () => []],
  ["/users", () => []],
  ["/users/:id", (random) => [text(random, DIGITS, 2, 9)]],
  ["/users/:id/posts/:post", (random) => [text(random, DIGITS, 2, 9), word(random)]],
  ["/files/*path", (random) => [`${word(random)}/${word(random)}`]]
];

const label = (random) => text(random, LETTERS, 3, 9);

/**
 * The kinds of host: how a route writes it, and how many labels a request puts before the name; the host of the kind
 * `label` has a parameter there.
 */
const KINDS = {
  none: { write: () => "", labels: () => 0 },
  exact: { write: (name) => name, labels: () => 0 },
  label: { write: (name) => `:user.${name}`, labels: () => 1 },
  suffix: { write: (name) => `*.${name}`, labels: (random) => 1 + random.below(2) }
};

/**
 * @typedef {object} HostTable
 * @property {string} name
 * @property {string} title
 * @property {string[]} kinds of its hosts, which take turns
 * @property {number} hosts
 * @property {number} [asked] requests go to the first so many; without it to all of them
 * @property {boolean} [unknown] requests go to hosts that the table does not have
 * @property {boolean} [pathOnly] requests are paths
 */

/** @returns {HostTable[]} */
export function hostTables(many = HOSTS) {
  const all = many.toLocaleString("en");
  return [
    { name: "path", title: "no host, by path", kinds: ["none"], hosts: 1, pathOnly: true },
    { name: "none", title: "no host", kinds: ["none"], hosts: 1 },
    { name: "one", title: ONE_HOST, kinds: ["exact"], hosts: 1 },
    { name: "one-label", title: "one :label host", kinds: ["label"], hosts: 1 },
    { name: "one-suffix", title: "one *. host", kinds: ["suffix"], hosts: 1 },
    { name: "exact", title: `${all} hosts`, kinds: ["exact"], hosts: many },
    { name: "exact-asked-one", title: `${all} hosts, one is asked`, kinds: ["exact"], hosts: many, asked: 1 },
    { name: "exact-unknown", title: `${all} hosts, others are asked`, kinds: ["exact"], hosts: many, unknown: true },
    { name: "label", title: `${all} :label hosts`, kinds: ["label"], hosts: many },
    { name: "suffix", title: `${all} *. hosts`, kinds: ["suffix"], hosts: many },
    { name: "mixed", title: `${all} of the three kinds`, kinds: ["exact", "label", "suffix"], hosts: many }
  ];
}

/** The table that the others are compared with. */
export const ONE_HOST = "one host";

/**
 * The routes as lines of a route file, and the requests. The host of a small table is the first of a large one.
 * @param {HostTable} table
 * @param {{ count?: number, seed?: number }} [options]
 * @returns {{ lines: string[], requests: import("./requests.mjs").Request[] }}
 */
export function makeHosts(table, { count = HOST_REQUESTS, seed = 1 } = {}) {
  const random = seededRandom(seed);
  const names = hostNames(table.hosts, random);
  const kindOf = (host) => KINDS[table.kinds[host % table.kinds.length]];
  const linesOf = (name, host) => PATTERNS.map(([pattern]) => `GET ${kindOf(host).write(name)}${pattern}`);
  const askedFor = table.unknown ? hostNames(table.hosts, random, names) : names.slice(0, table.asked);
  const make = (_, i) => {
    const host = random.below(askedFor.length);
    return makeRequest(table, random, { host, name: askedFor[host], kind: kindOf(host), pattern: i % PATTERNS.length });
  };
  return { lines: names.flatMap(linesOf), requests: random.shuffle(Array.from({ length: count }, make)) };
}

// Distinct, and none of those in `others`.
function hostNames(count, random, others = []) {
  const seen = new Set(others), names = [];
  while (names.length < count) {
    const name = `${text(random, LETTERS, 3, 14)}.example.com`;
    if (!seen.has(name)) names.push(name);
    seen.add(name);
  }
  return names;
}

function makeRequest({ unknown, pathOnly }, random, { host, name, kind, pattern }) {
  const labels = Array.from({ length: kind.labels(random) }, () => label(random));
  const [written, valuesFor] = PATTERNS[pattern];
  const values = valuesFor(random);
  const path = fill(written, values);
  const text = pathOnly ? path : `https://${[...labels, name].join(".")}${path}`;
  if (unknown) return { method: "GET", path: text, id: NOT_FOUND, values: [] };
  const ofHost = kind === KINDS.label ? labels : [];
  return { method: "GET", path: text, id: host * PATTERNS.length + pattern, values: [...ofHost, ...values] };
}

function fill(pattern, values) {
  let next = 0;
  return pattern.replace(/[:*]\w+/g, () => values[next++]);
}
