/*
 * Random patterns. A pattern is a list of pieces, so that another one can share its beginning and a path can be made
 * from it: { kind, text }, with the kinds "slash", "static", "param" (also { name, constraint }), "star" (a `*` that is
 * a whole segment), "rest" (a catch-all) and "question" (a `?`, which makes the segment before it optional).
 */
import { randomConstraint } from "./constraints.mjs";

/* Pieces of static text: how a pattern writes them. */
const PLAIN = ["a", "b", "ab", "aa", "-", ".", "-a", "1", "~", "A", "aB", "_"];
const ODD = [
  "@", "%40", "é", "%C3%A9", "%61", "%2F", "%2f", "%2e", "%2D", "%", "%%", "%z", "\\:", "\\*", "\\?", "%3F", "\\ ",
  "%20", "!", "%21", "€", "😀", "%F0%9F%98%80", "%25", "\\%", "[", "\\é", "+", "\\(", ">", "%00", "\\#", "%7b", "%A9",
  "%C3",
];
const LONG = ["abcdefghijklmno", "abcdefghijklmnop", "abcdefghijklmnopq", "abcdefghijklmnopqrstuvwxyz0123456"];

const NAMES = ["x", "y", "z", "id", "w1", "_"];

const SLASH = { kind: "slash", text: "/" };

const still = (text) => ({ kind: "static", text });
const parameter = (name, constraint = null) => ({ kind: "param", name, constraint });

const times = (count, make) => Array.from({ length: count }, make);

function staticPieces(random) {
  const piece = () => random.weigh([[20, random.pick(PLAIN)], [4, random.pick(ODD)], [0.3, random.pick(LONG)]]);
  const pieces = times(random.weigh([[3, 1], [2, 2], [1, 3]]), () => still(piece()));
  return random.chance(0.01) ? [still(pieces[0].text.repeat(1 + random.below(20)))] : pieces;
}

const AFTER = [
  "-", ".", "--", "-a", ".a", "-.", "@", "-a-", "%A9", "\\a", "%2D", ".", "\\F", "\\9", "\\2d", "%",
];

/* A literal after a parameter: not to be read as more of its name, or as a modifier. */
function literal(random, { constraint }) {
  const short = random.pick(AFTER);
  const [first, ...more] = random.weigh([[6, [still(short)]], [2, staticPieces(random)]]);
  const needsMark = /^[+*<(:]/.test(first.text) || (!constraint && /^(?:[A-Za-z0-9_]|[^\0-\x7f])/.test(first.text));
  return [needsMark ? still(`\\${first.text}`) : first, ...more];
}

/* Most constraints of a table come from its own few, so that they meet. */
function randomParameter(random, pool) {
  const constraint = random.chance(0.45) ? (random.chance(0.7) ? random.pick(pool) : randomConstraint(random)) : null;
  return parameter(random.pick(NAMES), constraint);
}

function mixedSegment(random, pool) {
  const pieces = random.chance(0.4) ? staticPieces(random) : [];
  for (let i = 1 + random.below(3); i > 0; i--) {
    pieces.push(randomParameter(random, pool));
    if (i > 1 || random.chance(0.5)) pieces.push(...literal(random, pieces.at(-1)));
  }
  return pieces;
}

const QUESTION = { kind: "question", text: "?" };

const catchAll = (random) => ({ kind: "rest", name: random.pick(NAMES), text: "*" });

function segment(random, pool) {
  const optional = random.chance(0.15) ? [QUESTION] : [];
  return random.weigh([
    [9, [...staticPieces(random), ...optional]],
    [6, [randomParameter(random, pool), ...optional]],
    [6, mixedSegment(random, pool)],
    [0.4, []],
    [0.7, [{ kind: "star", text: "*" }]],
    [2, [catchAll(random)]],
  ]);
}

/* ------------------------------------------------------------------ whole patterns */

const otherCase = (text) => (text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase());

/* The same pattern with the letters of one of its texts in the other case. */
function recased(random, pieces) {
  const chosen = random.below(pieces.length);
  const change = (piece) => (piece.kind === "static" ? still(otherCase(piece.text)) : piece);
  return pieces.map((piece, index) => (index === chosen ? change(piece) : piece));
}

/* Another pattern, cut somewhere, with something else after it: routes that share a part of a segment. */
function relative(random, pool, { pieces }) {
  const all = pieces.filter(({ kind }) => kind !== "question" || random.chance(0.3));
  const kept = all.slice(0, 1 + random.below(all.length));
  const last = kept.at(-1);
  const gap = last.kind === "param" ? literal(random, last) : [];
  const other = { ...last, constraint: random.chance(0.6) ? random.pick(pool) : null };
  return random.weigh([
    [2, kept],
    [2, recased(random, pieces)],
    [last.kind === "param" ? 4 : 0, [...kept.slice(0, -1), other]],
    [2, [...kept, ...gap, randomParameter(random, pool)]],
    [2, [...kept, ...literal(random, last)]],
    [2, [...kept, SLASH, ...segment(random, pool)]],
    [1, [...kept, SLASH, { kind: "rest", text: "*" }]],
    [1, [...kept, SLASH, catchAll(random), SLASH, ...segment(random, pool)]],
  ]);
}

function fresh(random, pool, others) {
  const base = others.length && random.chance(0.5) ? random.pick(others).pieces : [];
  const slashes = [...base.keys()].filter((index) => base[index].kind === "slash");
  const pieces = base.slice(0, random.chance(0.8) ? random.pick(slashes) : base.length);
  const more = (pieces.length ? 0 : 1) + random.weigh([[10, 0], [10, 1], [10, 2], [1, 5], [0.3, 20]]);
  for (let i = more; i > 0; i--) pieces.push(SLASH, ...segment(random, pool));
  const rest = { kind: "rest", text: "*" };
  pieces.push(...random.weigh([[16, []], [2, [SLASH]], [2.5, [SLASH, catchAll(random)]], [0.8, [SLASH, rest]]]));
  return pieces.length === 0 ? [SLASH] : pieces;
}

/* Names get numbers, so that they differ within the pattern, and between patterns. */
function numbered(random, pieces) {
  let count = random.below(3);
  const name = (piece) => (random.chance(0.99) ? `${piece.name}${count++}` : piece.name);
  return pieces.map((piece) => (piece.name === undefined ? piece : named(piece, name(piece))));
}

const named = (piece, name) => ({
  ...piece,
  called: name,
  text: piece.kind === "rest" ? `*${name}` : `:${name}${piece.constraint?.text ?? ""}`,
});

const BROKEN = [
  ":", "*", "\\", "?", "(", "/./", "/..", "{", ":a:b", "*x", "<", "#", "/%2e/", "+", "é", ":q?", ")", "[", "]",
];

/**
 * A pattern and its pieces, sometimes one that shares its beginning with another, rarely a malformed one.
 * @param {object} random
 * @param {object[]} pool constraints
 * @param {{ pieces: object[] }[]} others
 */
export function randomPattern(random, pool, others) {
  const isRelative = others.length > 0 && random.chance(0.4);
  const made = isRelative ? relative(random, pool, random.pick(others)) : fresh(random, pool, others);
  const pieces = numbered(random, made);
  const pattern = pieces.map(({ text }) => text).join("");
  if (!random.chance(0.015)) return { pattern, pieces };
  const at = random.below(pattern.length + 1); /* it may cut a pair of surrogates */
  return { pattern: (pattern.slice(0, at) + random.pick(BROKEN) + pattern.slice(at)).toWellFormed(), pieces };
}
