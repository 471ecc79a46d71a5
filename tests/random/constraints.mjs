/*
 * Random constraints: { text, sample }, where `sample(random)` gives a value, decoded, that mostly holds and otherwise
 * nearly does.
 */

import { readConstraint } from "../oracle/constraint.mjs";

const from = (...values) => (random) => random.pick(values);

/* What the oracle says of a constraint; null: it is too large. */
function readBack(text) {
  try {
    const bytes = new TextEncoder().encode(text);
    return readConstraint(bytes, 0, bytes.length);
  } catch (error) {
    if (error.code !== "EXPRESSION_TOO_LARGE") throw error;
    return null;
  }
}

/* The same constraint with a sample that favours the values that hold. */
function favour({ text, sample }) {
  const holds = readBack(text);
  const isGood = (value) => value !== "" && holds?.(Array.from(value, (character) => character.codePointAt(0)));
  const favoured = (random) => {
    let value = sample(random);
    for (let tries = random.pick([0, 3, 8, 8]); tries > 0 && !isGood(value); tries--) value = sample(random);
    return value;
  };
  return { text, sample: favoured };
}

/* ------------------------------------------------------------------ types */

const INTS = from(
  "0", "-0", "1", "5", "7", "-5", "-6", "9", "10", "007", "42", "-1", "-", "--1", "1-", "+1", "1.0", "",
);
const LARGE = from(
  "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
  "18446744073709551616", "0000000000000000000000000000000000000007", "99999999999999999999999999",
  "18446744073709551614",
);
const WORDS = from(
  "a", "ab", "abc", "abcd", "A", "aB", "g", "f0", "1", "12", "a1", "é", "a-b", "a-1-b", "-a", "a-", "a--b",
);
const DATES = from(
  "2024-02-29", "2023-02-29", "2000-02-29", "1900-02-29", "0000-02-29", "2024-12-31", "2024-13-01", "2024-00-10",
  "2024-01-00", "2024-04-31", "2024-1-01", "2024-01-011", "9999-12-31",
);
const UUIDS = from(
  "123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000",
  "00000000-0000-0000-0000-000000000000",
  "123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400", "123g4567-e89b-12d3-a456-426614174000",
);

const NUMBER_BOUNDS = ["(1..5)", "(..9)", "(5..)", "(7..7)", "(0..18)", "(007..10)"];
const INT_BOUNDS = ["(-5..5)", "(-5..)", "(..-1)", "(-9223372036854775808..9223372036854775807)", "(..-0)"];
const LARGE_BOUNDS = ["(..18446744073709551615)", "(9223372036854775808..)", "(18446744073709551615..)"];
const LENGTH_BOUNDS = ["(1..2)", "(2..)", "(..3)", "(3..3)", "(0..1)", "(100..18446744073709551615)"];

/* Where the mistake is must be the same for all. */
const BROKEN_TYPES = [
  "<>", "<foo>", "<Int>", "<int ", "<int(>", "<int(9..1)>", "<uuid(1..)>", "<date(..5)>", "<int()>", "<int(..)>",
  "<int(a..)>", "<uint(-1..)>", "<int(1..b)>", "<alpha(1..18446744073709551616)>", "<int(9223372036854775808..)>",
  "<int(1..5)x>", "<int(5)>", "<int>?x", "<int><int>", "<int>(a)", "<int>*", "<int>+", "<int>:b",
];

function type(random) {
  const numbers = (own) => random.pick(["", ...NUMBER_BOUNDS, ...own]);
  const lengths = () => (random.chance(0.5) ? "" : random.pick(LENGTH_BOUNDS));
  const isWord = (name) => ({ text: `<${name}${lengths()}>`, sample: WORDS });
  const mixed = (a, b) => (r) => (r.chance(0.85) ? a : b)(r);
  return random.weigh([
    [4, { text: `<int${numbers(INT_BOUNDS)}>`, sample: mixed(INTS, LARGE) }],
    [3, { text: `<uint${numbers(LARGE_BOUNDS)}>`, sample: mixed(INTS, LARGE) }],
    [2, isWord("hex")],
    [3, isWord("alpha")],
    [2, isWord("alnum")],
    [2, isWord("slug")],
    [1, { text: "<uuid>", sample: UUIDS }],
    [1, { text: "<date>", sample: DATES }],
  ]);
}

/* ------------------------------------------------------------------ expressions */

const ATOMS = [
  ["a", from("a")],
  ["b", from("b")],
  ["A", from("A", "a")],
  ["1", from("1")],
  ["-", from("-")],
  ["\\.", from(".")],
  ["\\-", from("-")],
  ["é", from("é")],
  ["€", from("€")],
  ["/", from("/")],
  ["@", from("@")],
  [".", from("a", "é", "😀", "\n", "-", "/", "%", " ")],
  ["\\d", from("1", "7", "a", "٣")],
  ["\\w", from("a", "_", "Z", "é", "-")],
  ["\\s", from(" ", "\t", "\n", "\v", "\u00a0")],
  ["\\D", from("a", "é", "1")],
  ["\\W", from("-", "é", "a")],
  ["\\S", from("a", "é", " ")],
  ["[ab]", from("a", "b", "c")],
  ["[^a]", from("b", "é", "a")],
  ["[a-c1]", from("a", "c", "1", "d")],
  ["[^\\d-]", from("a", "1", "-", "é")],
  ["[-.]", from("-", ".")],
  ["[\\]x]", from("]", "x")],
  ["[é-ü]", from("é", "ö", "e")],
  ["[\\W1]", from("1", "é", "a")],
  ["[^\\W]", from("a", "é")],
];

const QUANTIFIERS = [
  [8, ["", 1, 1]],
  [2, ["?", 0, 1]],
  [1, ["*", 0, 3]],
  [2, ["+", 1, 3]],
  [1, ["{2}", 2, 2]],
  [1, ["{1,2}", 1, 2]],
  [0.5, ["{0,1}", 0, 1]],
  [0.5, ["{2,}", 2, 3]],
  [0.2, ["{0}", 0, 0]],
];

/* Where the mistake is must be the same for all. */
const BROKEN_EXPRESSIONS = [
  "()", "(a|)", "(|a)", "(a||b)", "((?:))", "(*a)", "(a**)", "(a??)", "(a*?)", "(a++)", "(a{2}?)", "(a{2}{3})",
  "(a{2,1})", "(a{,2})", "({)", "(a})", "(a])", "([])", "([^])", "([b-a])", "([a-b-c])", "([a", "([a)", "(a", "((a)",
  "(\\q)", "(\\1)", "(\\n)", "(\\b)", "(^a)", "(a$)", "((?=a)a)", "((?<x>a))", "((?<=a)b)", "(?:a)", "(a)<int>",
  "(a)(b)",
  "(a):b", "(a)*", "(a)+", "(a{1001})", "((?:a|b){600}c)", "([\\q])", "([\\d-a])", "(a)?/b", "(a)?b",
];

const times = (count, make) => Array.from({ length: count }, make);
const between = (random, low, high) => low + random.below(high - low + 1);

function quantified(random, depth) {
  const isGroup = depth > 0 && random.chance(0.2);
  const group = isGroup ? choice(random, depth - 1) : null;
  const [text, sample] = isGroup ? [`(?:${group.text})`, group.sample] : random.pick(ATOMS);
  const [mark, low, high] = random.weigh(QUANTIFIERS);
  return { text: text + mark, sample: (r) => times(between(r, low, high), () => sample(r)).join("") };
}

function sequence(random, depth) {
  const parts = times(1 + random.below(3), () => quantified(random, depth));
  return { text: parts.map(({ text }) => text).join(""), sample: (r) => parts.map(({ sample }) => sample(r)).join("") };
}

function choice(random, depth) {
  const ways = times(random.chance(0.3) ? 2 : 1, () => sequence(random, depth));
  return { text: ways.map(({ text }) => text).join("|"), sample: (r) => r.pick(ways).sample(r) };
}

const PLAIN_EXPRESSIONS = [
  { text: "(\\d+)", sample: INTS },
  { text: "([a-z]+)", sample: WORDS },
  { text: "(a+)", sample: from("a", "aa", "aaa", "ab") },
  { text: "([^-]+)", sample: from("a", "é", "a-", "aa", "%") },
  { text: "(.+)", sample: from("a", "a-a", "é", "-") },
  { text: "(a|b|ab)", sample: from("a", "b", "ab", "ba") },
  { text: "(.)", sample: from("a", "é", "😀", "ab", "/") },
];

function expression(random) {
  if (random.chance(0.4)) return random.pick(PLAIN_EXPRESSIONS);
  const { text, sample } = choice(random, random.weigh([[6, 0], [5, 1], [1, 2]]));
  return { text: `(${text})`, sample };
}

/** A constraint, rarely a malformed one. */
export function randomConstraint(random) {
  if (random.chance(0.015))
    return { text: random.pick([...BROKEN_TYPES, ...BROKEN_EXPRESSIONS]), sample: () => "a" };
  return favour(random.chance(0.45) ? type(random) : expression(random));
}
