/*
 * Expressions: `(\d{4})`. An expression is read into a tree, and the tree is asked where a match that begins here can
 * end: of each node, for all places at once, all the places. Nothing is compiled, and nothing goes back.
 *
 * A node is { set }, { sequence: [node] }, { choice: [node] } or { repeat: node, min, max }. A set is a list of ranges
 * [low, high] of characters (see units.mjs).
 */
import { OracleError, bad } from "./error.mjs";
import { latin1, pieceAt } from "./units.mjs";

const MAX_SIZE = 1000;
const LAST = 0x10ffff;

/* ------------------------------------------------------------------ sets */

const code = (text) => text.codePointAt(0);
const range = (from, to) => [code(from), code(to)];

const ALL = [[0, LAST]];

const DIGIT = [range("0", "9")];
const WORD = [range("0", "9"), range("A", "Z"), range("a", "z"), range("_", "_")];
const SPACE = [range("\t", "\r"), range(" ", " ")];

/** All characters that are not in the set. */
function complement(set) {
  const rest = [];
  let next = 0;
  for (const [low, high] of set.toSorted((a, b) => a[0] - b[0])) {
    if (low > next) rest.push([next, low - 1]);
    next = Math.max(next, high + 1);
  }
  if (next <= LAST) rest.push([next, LAST]);
  return rest;
}

const SHORT = { d: DIGIT, w: WORD, s: SPACE, D: complement(DIGIT), W: complement(WORD), S: complement(SPACE) };

const isIn = (set, character) => set.some(([low, high]) => low <= character && character <= high);

/* ------------------------------------------------------------------ reading */

/** Where the `]` is that closes the `[` at `at`; the end of the text if none does. */
function classEnd(bytes, at) {
  let end = at + 1;
  while (end < bytes.length && latin1([bytes[end]]) !== "]") end += latin1([bytes[end]]) === "\\" ? 2 : 1;
  return Math.min(end, bytes.length);
}

/** Where the `)` is that closes the `(` at `open`; the end of the text if a class swallows it. */
export function closingOf(bytes, open) {
  let depth = 0;
  for (let at = open; at < bytes.length; at++) {
    const character = latin1([bytes[at]]);
    if (character === "\\") at++;
    else if (character === "[" && (at = classEnd(bytes, at)) === bytes.length) return at;
    else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return at;
  }
  return bad(open, "no ) closes this expression");
}

/** Reads the text of one expression; `at` is a byte of the pattern. */
class Reader {
  /**
   * @param {Uint8Array} bytes the pattern
   * @param {number} at after the `(`
   * @param {number} end its `)`
   */
  constructor(bytes, at, end) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** The ASCII character at `at`, or another that none is. */
  peek(ahead = 0) {
    const at = this.at + ahead;
    return at < this.end ? latin1([this.bytes[at]]) : "";
  }

  /** The character at `at`, raw, is read. */
  take() {
    const byte = this.bytes[this.at];
    const { points, size } = byte < 0x80 ? { points: [byte], size: 1 } : pieceAt(this.bytes, this.at);
    this.at += size;
    return points[0];
  }

  choice() {
    const choice = [this.sequence()];
    while (this.peek() === "|") {
      this.at++;
      choice.push(this.sequence());
    }
    return { choice };
  }

  sequence() {
    const sequence = [];
    while (!["", "|", ")"].includes(this.peek())) sequence.push(this.quantified(this.atom()));
    if (sequence.length === 0) bad(this.at, "an expression, group or alternative is empty");
    return { sequence };
  }

  atom() {
    const character = this.peek();
    if (character === "(") return this.group();
    if (character === "[") return { set: this.class() };
    if (character === "\\") return { set: this.escape() };
    if (character === ".") {
      this.at++;
      return { set: ALL };
    }
    if ("^$*+?{}]".includes(character)) bad(this.at, `${character} means nothing here`);
    const point = this.take();
    return { set: [[point, point]] };
  }

  group() {
    this.at++;
    if (this.peek() === "?" && this.peek(1) !== ":") bad(this.at, "only (?:...) is a group of its own kind");
    if (this.peek() === "?") this.at += 2;
    const inner = this.choice();
    this.at++; /* its `)`: closingOf has counted them */
    return inner;
  }

  /** `\` and what it makes of the next character. */
  escape() {
    const start = this.at++;
    const letter = this.peek();
    if (letter in SHORT) {
      this.at++;
      return SHORT[letter];
    }
    if (!/[!-/:-@[-`{-~]/.test(letter)) bad(start, "an escape that is not known");
    const point = this.take();
    return [[point, point]];
  }

  /** One character of a class, or one of `\d \w \s \D \W \S`, as a set. */
  member() {
    if (this.peek() === "\\") return this.escape();
    const point = this.take();
    return [[point, point]];
  }

  class() {
    const open = this.at++;
    if (classEnd(this.bytes, open) === this.bytes.length) bad(open, "a class without its ]");
    const negated = this.peek() === "^";
    if (negated) this.at++;
    if (this.peek() === "]") bad(open, "an empty class");
    const set = [];
    while (this.peek() !== "]") set.push(...this.classPart());
    this.at++;
    return negated ? complement(set) : set;
  }

  /** A member, or a range. A `-` after a range, beside a set such as `\w`, first or last is the character. */
  classPart() {
    const start = this.at;
    const from = this.member();
    const single = (set) => set.length === 1 && set[0][0] === set[0][1];
    if (this.peek() !== "-" || this.peek(1) === "]" || !single(from)) return from;
    this.at++;
    const to = this.member();
    if (!single(to)) return [...from, ...to, range("-", "-")];
    if (from[0][0] > to[0][0]) bad(start, "a range that goes down");
    return [[from[0][0], to[0][0]]];
  }

  quantified(repeat) {
    const bounds = this.quantifier();
    if (!bounds) return repeat;
    if (["?", "+", "*", "{"].includes(this.peek())) bad(this.at, "a quantifier after a quantifier");
    return { repeat, ...bounds };
  }

  quantifier() {
    const bounds = { "?": [0, 1], "*": [0, Infinity], "+": [1, Infinity] }[this.peek()];
    if (bounds) {
      this.at++;
      return { min: bounds[0], max: bounds[1] };
    }
    return this.peek() === "{" ? this.counted() : null;
  }

  counted() {
    const found = /^\{(\d+)(,?)(\d*)\}/.exec(latin1(this.bytes.subarray(this.at, this.end)));
    if (!found || (found[2] === "" && found[3] !== "")) return bad(this.at, "no quantifier: write \\{");
    const min = Number(found[1]);
    const max = found[3] !== "" ? Number(found[3]) : found[2] ? Infinity : min;
    if (min > max) bad(this.at, "a quantifier that goes down");
    this.at += found[0].length;
    return { min, max };
  }
}

/* ------------------------------------------------------------------ matching */

const sameSets = (a, b) => a.size === b.size && [...a].every((place) => b.has(place));

/* Once more and once more, until nothing new comes. */
function endsOfRepeat({ repeat, min, max }, characters, starts) {
  let places = starts;
  for (let times = 0; times < min; times++) {
    const next = endsOf(repeat, characters, places);
    if (sameSets(next, places)) break;
    places = next;
  }
  const all = new Set(places);
  for (let times = min; times < max && places.size > 0; times++) {
    places = new Set([...endsOf(repeat, characters, places)].filter((place) => !all.has(place)));
    for (const place of places) all.add(place);
  }
  return all;
}

/** Where a match of the node can end that begins at one of the places. */
function endsOf(node, characters, starts) {
  if (node.set) {
    const ends = [...starts].filter((at) => at < characters.length && isIn(node.set, characters[at]));
    return new Set(ends.map((at) => at + 1));
  }
  if (node.sequence) return node.sequence.reduce((places, part) => endsOf(part, characters, places), starts);
  if (node.choice) return new Set(node.choice.flatMap((part) => [...endsOf(part, characters, starts)]));
  return endsOfRepeat(node, characters, starts);
}

/* ------------------------------------------------------------------ size */

/** The characters of the expression when every `{m,n}` is written out. */
function positionsOf(node) {
  const sum = (nodes) => nodes.reduce((total, part) => total + positionsOf(part), 0);
  if (node.set) return 1;
  if (node.sequence) return sum(node.sequence);
  if (node.choice) return sum(node.choice);
  const times = node.max === Infinity ? Math.max(node.min, 1) : node.max;
  return times === 0 ? 0 : times * positionsOf(node.repeat);
}

/*
 * Written out as Glushkov does: each position with its set and the positions that may follow it. A node answers with
 * { first, last, empty }: where it can begin, where it can end, whether it can be nothing.
 */
function writeOut(node, positions) {
  if (node.set) {
    positions.push({ set: node.set, follow: new Set() });
    return { first: [positions.length - 1], last: [positions.length - 1], empty: false };
  }
  const parts = (node.sequence ?? node.choice)?.map((part) => writeOut(part, positions));
  if (node.sequence) return parts.reduce((all, part) => join(all, part, positions), NOTHING);
  if (node.choice) return parts.reduce(either);
  return writeOutRepeat(node, positions);
}

const NOTHING = { first: [], last: [], empty: true };

function join(a, b, positions) {
  for (const from of a.last) for (const to of b.first) positions[from].follow.add(to);
  return {
    first: a.empty ? [...a.first, ...b.first] : a.first,
    last: b.empty ? [...a.last, ...b.last] : b.last,
    empty: a.empty && b.empty,
  };
}

const either = (a, b) => ({
  first: [...a.first, ...b.first],
  last: [...a.last, ...b.last],
  empty: a.empty || b.empty,
});

function writeOutRepeat({ repeat, min, max }, positions) {
  if (max === 0 || positionsOf(repeat) === 0) return NOTHING;
  const times = max === Infinity ? Math.max(min, 1) : max;
  let all = NOTHING;
  for (let i = 0; i < times; i++) {
    const part = writeOut(repeat, positions);
    if (max === Infinity && i === times - 1) join(part, part, positions);
    all = join(all, i < min ? part : { ...part, empty: true }, positions);
  }
  return all;
}

/*
 * How many states the deterministic automaton has; it stops counting after `limit`. A state is what may come next,
 * and whether the end may.
 */
function statesOf(tree, limit) {
  const positions = [];
  const { first, last, empty } = writeOut(tree, positions);
  const edges = new Set(positions.flatMap(({ set }) => set.flatMap(([low, high]) => [low, high + 1])));
  const seen = new Set();
  const open = [];
  const meet = (next, ends) => {
    const key = `${[...next].sort((a, b) => a - b).join()} ${ends}`;
    if (!seen.has(key)) open.push(next);
    seen.add(key);
  };
  meet(new Set(first), empty);
  while (open.length > 0 && seen.size <= limit) {
    const next = [...open.pop()];
    for (const character of edges) {
      const taken = next.filter((position) => isIn(positions[position].set, character));
      const following = taken.flatMap((position) => [...positions[position].follow]);
      if (taken.length > 0) meet(new Set(following), taken.some((position) => last.includes(position)));
    }
  }
  return seen.size;
}

/** Whether it is one set, repeated or not: such an expression needs no automaton. */
function isPlain(node) {
  const inner = node.sequence ?? node.choice;
  if (inner) return inner.length === 1 && isPlain(inner[0]);
  return node.set !== undefined || node.repeat.set !== undefined;
}

/* A state is a subset of the positions, with or without the end. */
const mayBeLarge = (tree) => !isPlain(tree) && 2 ** (positionsOf(tree) + 1) > MAX_SIZE;

/**
 * Reads the expression whose `(` and `)` stand at `open` and `close`.
 * @returns {(characters: number[]) => boolean} whether a value holds
 */
export function readExpression(bytes, open, close) {
  const tree = new Reader(bytes, open + 1, close).choice();
  if (positionsOf(tree) > MAX_SIZE || (mayBeLarge(tree) && statesOf(tree, MAX_SIZE) > MAX_SIZE))
    throw new OracleError("EXPRESSION_TOO_LARGE", open, "an expression that is too large");
  return (characters) => endsOf(tree, characters, new Set([0])).has(characters.length);
}
