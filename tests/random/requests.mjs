/* Random requests: mostly near one of the routes. */

const VALUES = [
  "a", "b", "-", "--", ".", "..", "-a", "a-a", ".a", "ab", "1", "@", "%40", "é", "%C3%A9", "%61", "%2F", "%2e", "%2D",
  "%", "%4", "%zz", "+", "%FF", "%E2%82", "€", "😀", "\u012f", "\u0161", "%00", "A", "B", "~", " ", ":", "*", "x", "%2d",
  "%5C", "%5c", "[", "%5B", "7", "%37", "%0A", "%252F",
];

function value(random) {
  let text = random.pick(VALUES);
  while (random.chance(0.4)) text += random.pick(VALUES);
  if (random.chance(0.01)) text += random.pick(["x", "ab", "%41", "é"]).repeat(random.pick([16, 17, 33, 64, 70, 130]));
  return text;
}

/* ------------------------------------------------------------------ paths from patterns */

const hex = (character) =>
  Array.from(new TextEncoder().encode(character), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

/* One character of a path, written in another way that means the same, or nearly. */
function rewrite(character, random) {
  if (!random.chance(0.04)) return character;
  const escape = hex(character);
  return random.chance(0.5) ? escape : escape.toUpperCase();
}

const otherCase = (text) => (text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase());

/* Static text of a pattern, as a path writes it. */
function staticInPath(text, random) {
  const plain = text.replace(/\\(.)/gsu, "$1");
  const cased = random.chance(0.08) ? otherCase(plain) : plain;
  return cased.replace(/%[0-9A-Fa-f]{2}|[^/]/gsu, (unit) => (unit.length === 3 ? unit : rewrite(unit, random)));
}

/* A value that is meant decoded. */
const encoded = (text, random) =>
  text.replace(/[/?#%]|[^/?#%]/gsu, (character) =>
    /[/?#%]/.test(character) ? hex(character) : rewrite(character, random),
  );

function rest(random) {
  const length = random.chance(0.01) ? random.below(80) : random.below(4);
  return Array.from({ length }, () => (random.chance(0.1) ? "" : value(random))).join("/");
}

function pieceInPath({ kind, text, constraint }, random) {
  if (kind === "rest") return rest(random);
  if (kind === "question") return "";
  if (kind === "static") return staticInPath(text, random);
  if (kind === "slash") return "/";
  return constraint && random.chance(0.93) ? encoded(constraint.sample(random), random) : value(random);
}

/** The segments of a pattern, each with its slash. */
function segmentsOf(pieces) {
  const slashes = [...pieces.keys()].filter((index) => pieces[index].kind === "slash");
  return slashes.map((start, i) => pieces.slice(start, slashes[i + 1] ?? pieces.length));
}

/** A path that the pattern could match. */
function instantiate(pieces, random) {
  const isThere = (segment) => segment.at(-1).kind !== "question" || random.chance(0.6);
  const used = segmentsOf(pieces).filter(isThere).flat();
  return used.map((piece) => pieceInPath(piece, random)).join("") || "/";
}

/* ------------------------------------------------------------------ mutations */

const INSERTED = [
  "/", "//", "/.", "/..", "-", ".", "a", "%", "%2", "?", "#", "?a/b", "\\", "é", "%2F", "%c3", "\u0000", "\u013f",
  "A", "/a", "\ud800", "1", "%2d",
];

function replaced(path, random) {
  const at = 1 + random.below(path.length);
  const length = random.pick([0, 0, 1, 1, 2, 5]);
  const piece = random.chance(0.6) ? random.pick(INSERTED) : "";
  return path.slice(0, at) + piece + path.slice(at + length);
}

const toggled = (path) => (path.endsWith("/") && path.length > 1 ? path.slice(0, -1) : `${path}/`);

const DETOURS = ["/", "/.", "/x/..", "/./", "/%2e", "/..", "//", "/a/b/../..", "/.%2E"];

/* What a clean path takes back, at one of the slashes or after the last segment. */
function detoured(path, random) {
  const places = [...path].flatMap((character, at) => (character === "/" ? [at] : []));
  const at = random.chance(0.2) || places.length === 0 ? path.length : random.pick(places);
  return path.slice(0, at) + random.pick(DETOURS) + path.slice(at);
}

function recased(path, random) {
  if (random.chance(0.4)) return otherCase(path);
  const at = random.below(path.length);
  return path.slice(0, at) + otherCase(path[at]) + path.slice(at + 1);
}

/* A change that a policy of the table may take back. */
const bent = (path, random) => random.pick([toggled, detoured, recased])(path, random);

/** The path with a few small changes, or none. */
function mutated(path, random) {
  let changed = path;
  const bends = random.weigh([[13, 0], [5, 1], [1, 2]]);
  for (let i = bends; i > 0 && changed !== ""; i--) changed = bent(changed, random);
  const edits = random.weigh([[15, 0], [3, 1], [1, 2]]);
  for (let i = edits; i > 0 && changed !== ""; i--) changed = replaced(changed, random);
  return changed;
}

/** A path near that of a route; of none if there is none. */
function randomPath(random, route) {
  let path = mutated(route ? instantiate(route.pieces, random) : `/${value(random)}`, random);
  if (random.chance(0.04)) path += random.pick(["?", "?x=/a", "#", "#/b?", "/", "?é=%zz#é", "?a=//b", "\\"]);
  return random.chance(0.003) ? path.slice(1) : path;
}

/* ------------------------------------------------------------------ hosts */

const LABELS = ["a", "b", "api", "example", "com", "x-1", "_", "A", "xn--caf-dma"];

const HOSTS = [
  "a.b", "h", "example.com", "api.example.com", "[::1]", "[::ffff:1.2.3.4]", ".", "a..b", ".example.com", "%61.b",
];

const isNumber = (host) => host.startsWith("[");

function fill(host, random) {
  return isNumber(host) ? host : host.replace(/:[A-Za-z_]\w*|^\*/g, () => random.pick(LABELS));
}

const moreLabels = (host, random) => `${random.pick(LABELS)}.${host}`;
const fewerLabels = (host) => host.replace(/^[^.]*\./, "");

/** A host near that of a route, which may have none. */
function requestHost(random, { host: wanted }) {
  let host = wanted && random.chance(0.95) ? fill(wanted, random) : random.pick(HOSTS);
  if (random.chance(0.08) && !isNumber(host)) host = moreLabels(host, random);
  if (random.chance(0.04) && !isNumber(host)) host = fewerLabels(host);
  if (random.chance(0.2)) host = otherCase(host);
  return random.chance(0.12) ? `${host}.` : host;
}

const SCHEMES = ["http://", "https://", "HTTP://", "x-1+.://", "ws://"];
const BROKEN_SCHEMES = ["http:/", "//", "1a://", "", "http:", "é://", "http:\\\\"];
const USERS = ["u@", "u:p@", "@", "a@b@", "u:p:q@", "%40@", "[@", "u:80@"];
const PORTS = [":80", ":", ":65536", ":0"];
const BROKEN_PORTS = [":a", ":8a", ":80:80", "]", " ", ":-1", "<", "|", "\\"];

function urlOf(random, route, path) {
  const scheme = random.chance(0.98) ? random.pick(SCHEMES) : random.pick(BROKEN_SCHEMES);
  const user = random.chance(0.1) ? random.pick(USERS) : "";
  const port = random.weigh([[85, ""], [13, random.pick(PORTS)], [2, random.pick(BROKEN_PORTS)]]);
  const host = random.chance(0.01) ? "" : requestHost(random, route);
  const none = random.pick(["", "?", "?x=/a", "#", "#/b?"]);
  return scheme + user + host + port + (random.chance(0.03) ? none : path);
}

/* ------------------------------------------------------------------ requests */

const ASKED = ["GET", "POST", "DELETE", "PURGE", "OTHER", "get"];

const methodFor = (random, { method }) =>
  random.chance(0.75) && method !== "*" ? method : random.pick(ASKED);

/* The bytes of a path with one or two of them changed: no text any more. */
function brokenBytes(random, path) {
  const bytes = new TextEncoder().encode(path);
  for (let i = 1 + random.below(2); i > 0 && bytes.length > 1; i--)
    bytes[1 + random.below(bytes.length - 1)] = 128 + random.below(128);
  return bytes;
}

const NO_ROUTE = { method: "*" };

/**
 * A request: { method, path }, the same with `url: true` and a URL for its path, or { method, bytes }.
 * @param {object} random
 * @param {{ method: string, pieces: object[], host?: string }[]} routes
 */
export function randomRequest(random, routes) {
  const route = routes.length && random.chance(0.97) ? random.pick(routes) : NO_ROUTE;
  const method = methodFor(random, route);
  const path = randomPath(random, route === NO_ROUTE ? null : route);
  return random.weigh([
    [route.host ? 1 : 15, { method, path }],
    [route.host ? 14 : 4, { method, path: urlOf(random, route, path), url: true }],
    [1, { method, bytes: brokenBytes(random, path) }],
  ]);
}
