/*
 * Random tables, and what happens to them: a list of steps { add: route }, { remove: route }, { ask: request },
 * { all: request }, which asks for all matches, { build: { name, params } } and { list: true }. The alphabets are
 * small, so that routes share beginnings, literals repeat and values contain the literals that end them.
 */
import { randomConstraint } from "./constraints.mjs";
import { randomPattern } from "./patterns.mjs";
import { randomRequest } from "./requests.mjs";

const times = (count, make) => Array.from({ length: count }, make);

/* ------------------------------------------------------------------ options and routes */

function randomOptions(random) {
  const options = {
    trailingSlash: random.weigh([[3, undefined], [1, "strict"], [4, "redirect"], [3, "ignore"]]),
    cleanPath: random.weigh([[4, undefined], [1, "off"], [4, "redirect"]]),
    caseSensitive: random.weigh([[7, undefined], [1, true], [2, false]]),
    methodNotAllowed: random.weigh([[8, undefined], [1, true], [1, false]]),
    maxPath: random.weigh([[12, undefined], [1, 1 + random.below(24)], [1, 65535]]),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

const METHODS = ["GET", "GET", "GET", "POST", "DELETE", "PURGE", "*"];
const MANY_METHODS = [...METHODS, ...times(26, (_, index) => `M${index}`)];

const HOSTS = [
  "h", "a.b", "A.B.", "example.com", "api.example.com", "API.Example.COM", "x.api.example.com.", "[::1]", "[::1].",
  "[::FFFF:1.2.3.4]", ":t.example.com", ":t.b", ":a.:b", ":a.example.:b", "api.:d.com", ":a.:b.:c", ":x0",
  ":s.api.example.com",
  "*.example.com", "*.com", "*.api.example.com", "*.b", "*.EXAMPLE.com.", "xn--caf-dma.b",
];
const BROKEN_HOSTS = [
  "a..b", ".a", "a..", ".", "a:80", "u@a", "a*", "*", "*.", "a.*.b", "*.:x", ":t.*.b", "é", "a b", "a/b", "[::1",
  "[]", "[::1]:80", ":", ":1", ":a-b", ":a.:a", "a:b.c", "%61.b", "[::g]", "a.b..",
];

const randomHost = (random) => (random.chance(0.97) ? random.pick(HOSTS) : random.pick(BROKEN_HOSTS));

const NAMES = ["n0", "n1", "n2", "n3"];

function randomRoute(random, { pool, hosts, methods, others }) {
  const route = { method: random.pick(methods), ...randomPattern(random, pool, others) };
  if (random.chance(hosts)) route.host = randomHost(random);
  if (random.chance(0.2)) route.name = random.pick(NAMES);
  return route;
}

/* ------------------------------------------------------------------ changes */

/* A text that is nearly a route's, but mostly no route's. */
function strange(random, { method, pattern, host }) {
  return random.weigh([
    [1, { method: "OTHER", pattern, host }],
    [1, { method, pattern: `${pattern}/`, host }],
    [1, { method, pattern: pattern.toUpperCase(), host }],
    [1, { method, pattern, host: host ? undefined : "a.b" }],
    [1, { method, pattern, host: host?.toUpperCase() }],
  ]);
}

/*
 * A route is taken away, or one that was added before is added again, or a new one. `known` are all that were ever
 * added.
 */
function randomChange(random, known, about) {
  const route = random.pick(known);
  const removal = random.chance(0.9) ? route : strange(random, route);
  return random.weigh([
    [5, { remove: { method: removal.method, pattern: removal.pattern, host: removal.host } }],
    [3, { add: route }],
    [1, { add: { ...route, method: random.pick(about.methods) } }],
    [2, { add: randomRoute(random, about) }],
  ]);
}

/* ------------------------------------------------------------------ URLs to be made */

const VALUES = [
  "a", "1", "a-a", "é", "", ".", "..", "a/b", "/a", "%41", "a b", "-", "x", "~!$&'()*+,;=:@", "[]", "?#", "😀", "%2F",
  "a%2fb", "..%5C..", "%%5c", "%252F", "a\\b", "/%2F", "%2/%5",
];
const LABELS = ["a", "api", "x-1", "A", "a.b", ""];

function randomParams(random, { pieces, host = "" }) {
  const value = ({ constraint }) =>
    constraint && random.chance(0.9) ? constraint.sample(random) : random.pick(VALUES);
  const params = {};
  let index = 0;
  for (const [i, piece] of pieces.entries()) {
    if (!["param", "star", "rest"].includes(piece.kind)) continue;
    const name = piece.called ?? (piece.kind === "rest" ? "*" : String(index));
    if (random.chance(pieces[i + 1]?.kind === "question" ? 0.6 : 0.98)) params[name] = value(piece);
    index++;
  }
  for (const [, name] of host.matchAll(/(?<=^|\.):([A-Za-z_]\w*)/g)) params[name] = random.pick(LABELS);
  if (random.chance(0.02)) params.stranger = "a";
  return params;
}

function randomBuild(random, known) {
  const named = known.filter(({ name }) => name !== undefined);
  if (named.length === 0) return null;
  const route = random.pick(named);
  const name = random.chance(0.97) ? route.name : random.pick(NAMES);
  return { build: { name, params: randomParams(random, route) } };
}

/* ------------------------------------------------------------------ the whole */

/**
 * Options and steps with so many lookups: routes are added, then by turns requests are made and routes taken away and
 * added again.
 */
export function randomScript(random, lookups) {
  const pool = times(3, () => randomConstraint(random));
  const known = [];
  const hosts = random.weigh([[5, 0], [5, 0.6], [1, 1]]);
  const about = { pool, hosts, methods: random.chance(0.03) ? MANY_METHODS : METHODS, others: known };
  const steps = [];
  const present = [];
  const change = (step) => {
    steps.push(step);
    if (step.add && !known.includes(step.add)) known.push(step.add);
    if (step.add && !present.includes(step.add)) present.push(step.add);
    const gone = step.remove ? present.findIndex(({ pattern }) => pattern === step.remove.pattern) : -1;
    if (gone >= 0) present.splice(gone, 1);
  };
  const first = 1 + random.below(random.weigh([[2, 3], [6, 12], [1, 24], [0.05, 150]]));
  for (let i = 0; i < first; i++) change({ add: randomRoute(random, about) });
  const rounds = 4;
  for (let round = 0; round < rounds; round++) {
    if (round > 0) for (let i = 1 + random.below(4); i > 0; i--) change(randomChange(random, known, about));
    const share = Math.floor((lookups * (round + 1)) / rounds) - Math.floor((lookups * round) / rounds);
    const request = () => randomRequest(random, random.chance(0.9) ? present : known);
    steps.push(...times(share, () => (random.chance(0.15) ? { all: request() } : { ask: request() })));
    steps.push(...times(2, () => randomBuild(random, known)).filter(Boolean));
  }
  return { options: randomOptions(random), steps: [...steps, { list: true }] };
}
