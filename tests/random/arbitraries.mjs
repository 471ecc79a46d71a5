/*
 * The route language for fast-check: routes as lists of pieces, each of which says how the pattern writes it and how a
 * URL does. So a URL can be made from a route without reading its pattern.
 */
import fc from "fast-check";

/** Literals: in a pattern, in a URL. */
const LITERALS = [
  ["a", "a"], ["b", "b"], ["ab", "ab"], ["A", "A"], ["1", "1"], ["-", "-"], [".", "."], ["--", "--"], ["~", "~"],
  ["x-y", "x-y"], ["@", "@"], ["%40", "%40"], ["%61", "a"], ["%2f", "%2F"], ["\\:", ":"], ["\\*", "*"], ["\\?", "%3F"],
  ["é", "%C3%A9"], ["%c3%a9", "%C3%A9"], ["\\ ", "%20"], ["\\\\", "%5C"], ["%", "%"], ["\u{1f600}", "%F0%9F%98%80"],
  ["evil.example", "evil.example"],
];

const digits = fc.stringMatching(/^[0-9]{1,4}$/);
const letters = fc.stringMatching(/^[a-cA-C]{2,4}$/);

/** Constraints, with values that hold. */
const CONSTRAINTS = [
  ["<int>", fc.oneof(digits, digits.map((text) => `-${text}`))],
  ["<uint(1..500)>", fc.integer({ min: 1, max: 500 }).map(String)],
  ["<hex>", fc.stringMatching(/^[0-9a-fA-F]{1,5}$/)],
  ["<alpha(2..4)>", letters],
  ["<alnum>", fc.oneof(digits, letters)],
  ["<slug>", fc.constantFrom("a", "b-1", "ab-ab-ab")],
  ["<uuid>", fc.uuid()],
  ["<date>", fc.constantFrom("2024-02-29", "1999-12-31")],
  ["(\\d{2,4})", fc.stringMatching(/^[0-9]{2,4}$/)],
  ["([a-c]+|é|x/y)", fc.constantFrom("a", "abc", "é", "x/y")],
  ["((?:a|-)*[.])", fc.constantFrom(".", "a-a.", "--.")],
  ["(.)", fc.constantFrom("a", "-", "/", "\u{1f600}")],
];

/** Texts that try what can go wrong. */
const NASTY = [
  "", ".", "..", "/", "//", "a/b", "/a", "a/", "../a", "a/./b", "%", "%2F", "%2e", "%2e%2e", "%41", "%zz", "%5c",
  "a%2fb", "%252F", "\\",
  "?", "#", "a?b#c", " ", "\t", "\r\n", "\0", "é", "e\u0301", "\u{1f600}", "\ufeff", "+", "-", "--", "a-b",
  ".a", ":", "@", "*", "~", "<a>", "\x7f", "\u2028", "evil.example", "A", "0", "007",
];

const word = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("a", "b", "ab", "q", "Q1") },
  { weight: 2, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...NASTY), { maxLength: 3 }).map((texts) => texts.join("")) },
);

/* ------------------------------------------------------------------ pieces */

const literal = fc.constantFrom(...LITERALS).map(([text, url]) => ({ kind: "literal", text, url }));

const plain = fc.constant({ kind: "param", constraint: "", holds: fc.constantFrom("a", "q", "ab", "Q1") });

const constrained = fc
  .constantFrom(...CONSTRAINTS)
  .map(([constraint, holds]) => ({ kind: "param", constraint, holds }));

const param = fc.oneof({ weight: 2, arbitrary: plain }, constrained);

/* A catch-all in the middle. */
const run = { kind: "run", holds: fc.constantFrom("a", "a/b", "a//b", "q%2Fb", "/a") };

const anonymous = { kind: "anonymous", text: "*", holds: fc.constantFrom("a", "q") };

/* Literals and parameters in turn: two parameters may not touch. */
const mixed = fc
  .tuple(fc.boolean(), fc.array(fc.tuple(literal, param), { minLength: 1, maxLength: 3 }), fc.option(literal))
  .map(([first, pairs, last]) => [...pairs.flat().slice(first ? 0 : 1), ...(last ? [last] : [])]);

const segment = fc.oneof(
  { weight: 6, arbitrary: fc.array(literal, { minLength: 1, maxLength: 2 }) },
  { weight: 5, arbitrary: param.map((piece) => [piece]) },
  { weight: 4, arbitrary: mixed },
  { weight: 2, arbitrary: param.map((piece) => [{ ...piece, optional: true }]) },
  { weight: 2, arbitrary: fc.constant([run]) },
  { weight: 1, arbitrary: fc.constantFrom([], [anonymous]) },
);

const ending = fc.oneof(
  { weight: 5, arbitrary: fc.constant([]) },
  { weight: 2, arbitrary: fc.constant([[]]) },
  { weight: 2, arbitrary: fc.constantFrom("*", "*rest").map((text) => [[{ kind: "rest", text, holds: rest }]]) },
  { weight: 2, arbitrary: param.map((piece) => [[{ ...piece, optional: true }]]) },
);

const rest = fc.constantFrom("", "a", "a/b", "a//b/", "/a", "a%2Fb", "..%5C../%2f", "%%2F");

/* ------------------------------------------------------------------ routes */

const HOSTS = ["", "", "", "", "api.example.com", ":h.example.com", ":h.:i.com", "*.example.com"];

const label = fc.constantFrom("a", "me", "x-1", "A");

/** Segments as a pattern may have them: no two catch-alls are adjacent in any form, none of two forms of one shape. */
function allowed(segments) {
  const kept = [];
  let isOptional = false;
  for (const [first, ...others] of segments) {
    const isCatchAll = (piece) => piece?.kind === "run" || piece?.kind === "rest";
    const mayBeOptional = first?.optional && !isOptional && !isCatchAll(kept.at(-1)?.[0]);
    const piece = first && { ...first, optional: mayBeOptional };
    if (isCatchAll(first) && isCatchAll(kept.at(-1)?.[0])) continue;
    isOptional ||= Boolean(mayBeOptional);
    kept.push(first === undefined ? [] : first === anonymous ? [first] : [piece, ...others]);
  }
  return kept;
}

/* A literal after other text: it must not be read as more of a name, or of an escape. */
function literalAfter(before, text) {
  const more = /[:*]\w+$/.test(before) ? /^[^-.~@%\\]/ : /%[0-9a-f]?$/i.test(before) ? /^[0-9a-f]/i : /^$/;
  return more.test(text) ? `\\${text}` : text;
}

const nameOf = ({ kind, text }, index) => {
  if (kind === "rest") return text.slice(1) || "*";
  if (kind === "run") return `r${index}`;
  return kind === "param" ? `p${index}` : `${index}`;
};

/* The pattern's text, and a name for each parameter. */
function written(segments) {
  let pattern = "";
  const names = [];
  for (const pieces of segments) {
    pattern += "/";
    for (const piece of pieces) {
      const { kind, text, constraint, optional } = piece;
      if (kind === "literal") pattern += literalAfter(pattern, text);
      else names.push(nameOf(piece, names.length));
      if (kind === "param") pattern += `:${names.at(-1)}${constraint}${optional ? "?" : ""}`;
      else if (kind === "run") pattern += `*${names.at(-1)}`;
      else if (kind !== "literal") pattern += text;
    }
  }
  return { pattern, names };
}

const methods = fc.constantFrom("GET", "GET", "GET", "POST", "*");

const hosts = fc.constantFrom(...HOSTS);

function makeRoute({ method, host, segments }) {
  const { pattern, names } = written(segments);
  const pieces = segments.flat().filter(({ kind }) => kind !== "literal");
  const labels = [...host.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, holds: label, inHost: true }));
  const params = [...labels, ...pieces.map((piece, i) => ({ ...piece, name: names[i] }))];
  const shown = () => JSON.stringify(`${method} ${host}${pattern}`);
  return { method, host, pattern, params, url: urlOf.bind(null, host, segments), [fc.toStringMethod]: shown };
}

/**
 * A route: `method`, `host`, `pattern`; `params`, one for each parameter: its name, values that hold, and whether it
 * can be left out; and `url(values)`, the URL that these values should make.
 */
export const route = fc
  .record({
    method: methods,
    host: hosts,
    segments: fc.tuple(fc.array(segment, { maxLength: 3 }), ending).map(([some, last]) => allowed([...some, ...last])),
  })
  .filter(({ segments }) => segments.length > 0)
  .filter(({ segments }) => segments.at(-1)[0] !== anonymous && segments.at(-1)[0]?.kind !== "run")
  .map(makeRoute);

/** A route in which each parameter is a whole segment, so that no literal can cut a value short. */
export const routeOfWholes = fc
  .record({
    method: methods,
    host: hosts.filter((host) => !host.startsWith("*")),
    segments: fc.tuple(
      fc.array(fc.oneof(literal.filter(({ text }) => text !== "."), param).map((piece) => [piece]), { maxLength: 4 }),
      ending.filter(([first]) => first?.[0]?.kind !== "rest"),
    ),
  })
  .map(({ segments, ...given }) => ({ ...given, segments: segments.flat() }))
  .filter(({ segments }) => segments.length > 0 && segments[0].length > 0)
  .map(makeRoute);

/** All but unreserved characters, sub-delims, `:` and `@` (RFC 3986 3.3) in escapes. */
const escaped = (text) => encodeURIComponent(text).replace(/%(?:3A|40|24|26|2B|2C|3B|3D)/g, decodeURIComponent);

/** In a catch-all slashes stay, and what is a slash or a backslash in an escape. */
const escapedRest = (text) =>
  text
    .split(/(\/|%2F|%5C)/i)
    .map((piece, i) => (i % 2 ? piece : escaped(piece)))
    .join("");

function urlOf(host, segments, values) {
  const left = [...values];
  const authority = host && `//${host.replace(/:\w+/g, () => left.shift())}`;
  const inUrl = ({ kind, url }) => {
    if (kind === "literal") return url;
    return kind === "rest" || kind === "run" ? escapedRest(left.shift()) : escaped(left.shift());
  };
  const written = segments.map((pieces) => {
    const isLeftOut = pieces[0]?.optional && left[0] === undefined;
    return isLeftOut ? (left.shift(), "") : `/${pieces.map(inUrl).join("")}`;
  });
  return authority + (written.join("") || "/");
}

/** A value for a parameter: one that holds, or any text; rarely none. */
const valueOf = ({ holds, inHost }) =>
  fc.oneof(
    { weight: 5, arbitrary: holds },
    { weight: inHost ? 1 : 4, arbitrary: word },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );

/** Values for all of a route's parameters. */
export const valuesFor = ({ params }) => fc.tuple(...params.map(valueOf));

/** Values that hold, each in itself. */
export const holdingFor = ({ params }) => fc.tuple(...params.map(({ holds }) => holds));

export const options = fc.record({
  trailingSlash: fc.constantFrom("strict", "redirect", "ignore"),
  cleanPath: fc.constantFrom("off", "redirect"),
  caseSensitive: fc.boolean(),
  maxPath: fc.constantFrom(undefined, 65535),
});

/* ------------------------------------------------------------------ paths */

const INSERTED = [
  "/", "//", "/.", "/..", "/./", "/../", "/a/..", "%2F", "%2e", "/%2e%2E/", "\\", "/\\", "\t", "\r\n", "\0", " ", "?",
  "#", "?/../x//y", "%", "%5C", "//evil.example", "/\\evil.example", "/%2F/evil.example", "\\\\evil.example", "é",
  "@", ":", "https://evil.example", "\u{1f600}", "\ud800", "A", "a",
];

const change = fc.record({
  at: fc.nat(60),
  take: fc.constantFrom(0, 0, 1, 2),
  put: fc.oneof(fc.constantFrom(...INSERTED), word),
});

const applied = (path, { at, take, put }) => {
  const from = at % (path.length + 1);
  return path.slice(0, from) + put + path.slice(from + take);
};

const slashed = (path) => (path.endsWith("/") ? path.slice(0, -1) : `${path}/`);

/** A path near one that a route takes: changed in some places, in upper case, with its last slash or without. */
export const pathNear = (some) =>
  fc
    .record({
      values: holdingFor(some),
      changes: fc.array(change, { maxLength: 2 }),
      upper: fc.constantFrom(false, false, true),
      slash: fc.boolean(),
      front: fc.constantFrom("", "", "", "/", "//", "\\", "/.", "/x/..", "/\t/", "//evil.example/.."),
    })
    .map(({ values, changes, upper, slash, front }) => {
      const path = changes.reduce(applied, some.url(values).replace(/^\/\/[^/]*/, ""));
      return front + (slash ? slashed : String)(upper ? path.toUpperCase() : path);
    });
