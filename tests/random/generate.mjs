/*
 * Random tables and paths. The alphabets are small, so that routes share beginnings, literals repeat and values
 * contain the literals that end them. A pattern is a list of pieces, so that a path can be made from it.
 */

/** A generator of numbers that a seed repeats (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (count) => Math.floor(next() * count);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (list) => list[below(list.length)],
    /** One of `[weight, value]`. */
    weigh(choices) {
      let left = next() * choices.reduce((sum, [weight]) => sum + weight, 0);
      return (choices.find(([weight]) => (left -= weight) < 0) ?? choices.at(-1))[1];
    },
  };
}

/* ------------------------------------------------------------------ patterns */

/* Pieces of static text: how a pattern writes them. What a path makes of them stands in `inPath`. */
const PLAIN = ["a", "b", "ab", "aa", "-", ".", "-a", "1", "~", "A", "aB", "_"];
const ODD = [
  "@", "%40", "é", "%C3%A9", "%61", "%2F", "%2f", "%2e", "%2D", "%", "%%", "%z", "\\:", "\\*", "\\?", "%3F", "\\ ",
  "%20", "!", "%21", "€", "😀", "%F0%9F%98%80", "%25", "\\%", "[", "\\é", "+", "\\(", ">", "%00", "\\#", "%7b",
];
const LONG = ["abcdefghijklmno", "abcdefghijklmnop", "abcdefghijklmnopq", "abcdefghijklmnopqrstuvwxyz0123456"];

const NAMES = ["x", "y", "z", "id", "w1", "_"];

function staticText(random) {
  let text = "";
  for (let i = 1 + random.below(3); i > 0; i--)
    text += random.weigh([[20, random.pick(PLAIN)], [5, random.pick(ODD)], [0.7, random.pick(LONG)]]);
  return random.chance(0.01) ? text.repeat(1 + random.below(20)) : text;
}

/* A literal behind a name: not to be read as more of the name, or as a modifier. */
function literalText(random) {
  const short = random.pick(["-", ".", "--", "-a", ".a", "-.", "@", "-a-"]);
  const text = random.weigh([[6, short], [2, staticText(random)]]);
  return /^[A-Za-z0-9_+*]|^[^\0-\x7f]/.test(text) ? `\\${text}` : text;
}

function mixedSegment(random) {
  let text = random.chance(0.4) ? staticText(random) : "";
  for (let i = 1 + random.below(3); i > 0; i--)
    text += `:${random.pick(NAMES)}#${i > 1 || random.chance(0.5) ? literalText(random) : ""}`;
  return text;
}

const segment = (random) =>
  random.weigh([
    [9, staticText(random)],
    [5, ":x#"],
    [6, mixedSegment(random)],
    [0.5, ""],
    [0.7, "*"],
  ]);

/* `#` behind a name becomes a number, so that names differ within the pattern, and between patterns. */
function numberNames(text, random) {
  let count = random.below(3);
  return text.replace(/(:[a-z_0-9]+)#/g, (_, name) => (random.chance(0.98) ? `${name}${count++}` : name));
}

/* What a pattern consists of: characters behind a backslash, parameters, catch-alls, static text. */
const TOKENS = /\\.|:[A-Za-z_][A-Za-z0-9_]*|(?<=\/)\*(?:[A-Za-z_][A-Za-z0-9_]*)?$|(?<=\/)\*(?=\/)|[^\\:*]+|[:*\\]/gsu;

const tokensOf = (text) => text.match(TOKENS) ?? [];

/* Another pattern, cut somewhere, with something else behind: routes that share a part of a segment. */
function relative(random, text) {
  const tokens = tokensOf(text).filter((token) => token[0] !== "*");
  const kept = tokens.slice(0, 1 + random.below(tokens.length)).join("");
  const clash = /:[A-Za-z_0-9]*$/.test(kept);
  const added = random.weigh([
    [3, ""],
    [2, ":v#"],
    [2, literalText(random)],
    [1, `${literalText(random)}:v#`],
    [2, `/${segment(random)}`],
    [1, "/*"],
  ]);
  return kept + (clash && added[0] === ":" ? literalText(random) + added : added);
}

const BROKEN = [":", "*", "\\", "?", "(", "/./", "/..", "{", ":a:b", "*x", "<", "#", "/%2e/", "+", "é"];

/** A pattern, sometimes one that shares its beginning with another, rarely a malformed one. */
function pattern(random, others) {
  if (others.length && random.chance(0.3)) return numberNames(relative(random, random.pick(others).pattern), random);
  const segments = [];
  const base = others.length && random.chance(0.5) ? random.pick(others).pattern.slice(1).split("/") : [];
  segments.push(...base.slice(0, random.below(base.length + 1)).filter((text) => !/^\*./.test(text)));
  for (let i = (segments.length ? 0 : 1) + random.below(3); i > 0; i--) segments.push(segment(random));
  const last = random.weigh([[16, null], [2, ""], [2.5, "*rest"], [0.8, "*"]]);
  if (last !== null) segments.push(last);
  const text = numberNames(`/${segments.join("/")}`, random);
  if (!random.chance(0.02)) return text;
  const at = random.below(text.length + 1);
  return (text.slice(0, at) + random.pick(BROKEN) + text.slice(at)).toWellFormed(); /* it may have cut a pair */
}

const METHODS = ["GET", "GET", "GET", "POST", "DELETE", "PURGE", "*"];

/** Options and routes; some of the routes are refused, as conflicts or malformed. */
export function randomTable(random) {
  const options = {};
  if (random.chance(0.2)) options.caseSensitive = false;
  if (random.chance(0.1)) options.methodNotAllowed = false;
  const routes = [];
  for (let i = 1 + random.below(random.weigh([[1, 3], [4, 12], [3, 36]])); i > 0; i--)
    routes.push({ method: random.pick(METHODS), pattern: pattern(random, routes) });
  return { options, routes };
}

/* ------------------------------------------------------------------ paths */

const VALUES = [
  "a", "b", "-", "--", ".", "..", "-a", "a-a", ".a", "ab", "1", "@", "%40", "é", "%C3%A9", "%61", "%2F", "%2e", "%2D",
  "%", "%4", "%zz", "+", "%FF", "%E2%82", "€", "😀", "\u012f", "\u0161", "%00", "A", "B", "~", " ", ":", "*", "x", "%2d",
];

function value(random) {
  let text = random.pick(VALUES);
  while (random.chance(0.5)) text += random.pick(VALUES);
  if (random.chance(0.02)) text += random.pick(["x", "ab", "%41", "é"]).repeat(random.pick([16, 17, 33, 64, 70, 130]));
  return text;
}

const hex = (character) =>
  Array.from(new TextEncoder().encode(character), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

/* One character of a path, written in another way that means the same, or nearly. */
function rewrite(character, random) {
  if (!random.chance(0.04)) return character;
  const escape = hex(character);
  return random.chance(0.5) ? escape : escape.toUpperCase();
}

/* Static text of a pattern, as a path writes it. */
function inPath(text, random) {
  const plain = text.replace(/\\(.)/gsu, "$1");
  if (random.chance(0.06)) return plain.toUpperCase();
  return plain.replace(/%[0-9A-Fa-f]{2}|[^/]/gsu, (unit) => (unit.length === 3 ? unit : rewrite(unit, random)));
}

/** A path that the pattern could match. */
function instantiate(text, random) {
  const pieces = tokensOf(text);
  const rest = () => Array.from({ length: random.below(4) }, () => (random.chance(0.1) ? "" : value(random))).join("/");
  return pieces
    .map((piece, index) => {
      if (/^:./.test(piece)) return value(random);
      if (piece[0] === "*") return index === pieces.length - 1 ? rest() : value(random);
      return inPath(piece, random);
    })
    .join("");
}

const INSERTED = [
  "/", "//", "/.", "/..", "-", ".", "a", "%", "%2", "?", "#", "?a/b", "é", "%2F", "%c3", "\u0000", "\u013f",
  "A", "/a", "\ud800",
];

/** The path with a small change. */
function mutate(path, random) {
  const at = 1 + random.below(path.length);
  const length = random.pick([0, 0, 1, 1, 2, 5]);
  const piece = random.chance(0.6) ? random.pick(INSERTED) : "";
  return path.slice(0, at) + piece + path.slice(at + length);
}

const ASKED = ["GET", "GET", "GET", "GET", "POST", "DELETE", "PURGE", "OTHER", "get"];

/** A request: mostly near one of the routes. */
export function randomRequest(random, routes) {
  const near = routes.length && random.chance(0.95);
  let path = near ? instantiate(random.pick(routes).pattern, random) : `/${value(random)}`;
  while (random.chance(0.3)) path = mutate(path, random);
  if (random.chance(0.03)) path += random.pick(["?", "?x=/a", "#", "#/b?", "/"]);
  if (random.chance(0.003)) path = path.slice(1);
  return { method: random.pick(ASKED), path };
}

/** The bytes of a path with one or two of them changed: no text any more. */
export function breakBytes(random, path) {
  const bytes = new TextEncoder().encode(path);
  for (let i = 1 + random.below(2); i > 0 && bytes.length > 1; i--)
    bytes[1 + random.below(bytes.length - 1)] = 128 + random.below(128);
  return bytes;
}
