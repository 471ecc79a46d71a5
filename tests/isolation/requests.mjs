// What a request is made of: everything in it follows from its seed, so whoever knows the seed can tell what belongs to
// the request, on either side of the connection.

import { numbersFrom } from "../random/numbers.mjs";

/** Letters of one to four bytes of UTF-8, and characters that only an escape can bring into a segment. */
const LETTERS = [..."abcdefgxyzABCXYZ0123456789-_~ éßñøΩЖ漢字/%?#&+=;:@'\"<>|^😀𝒲"];

function word(next, longest) {
  let text = "";
  for (let left = 1 + (next() % longest); left > 0; left--) text += LETTERS[next() % LETTERS.length];
  return text;
}

/** The route of `parts`: six parameters, two of them in one segment, and the rest of the path. */
export const PATTERN = "/:region/:user/orders/:order<int>/:file.:extension/*rest";

/** @type {ReturnType<typeof makeParts>[]} those of seeds that were asked for */
const known = [];

/** The values of a request. Their strings end with the seed, so that no two requests have an equal one. */
export function parts(seed) {
  return (known[seed] ??= makeParts(seed));
}

function makeParts(seed) {
  const next = numbersFrom(seed);
  const text = (longest) => word(next, longest) + seed;
  return {
    region: text(8),
    user: text(24),
    order: String((next() | 0) * 1000 + (seed % 1000)),
    file: text(12),
    extension: text(4),
    rest: [text(10), text(3), text(16)].join("/"),
    query: text(20),
    field: `field-${next()}-${seed}`,
    kept: text(6),
  };
}

/** Path and query with which those values are asked for. */
export function pathOf({ region, user, order, file, extension, rest, query }, kind = "checked") {
  const [r, u, f, e, q] = [region, user, file, extension, query].map(encodeURIComponent);
  const more = rest.split("/").map((segment) => encodeURIComponent(segment)).join("/");
  return `/${kind}/${r}/${u}/orders/${order}/${f}.${e}/${more}?before=1&q=${q}&after=%20`;
}

/** The header fields of a request. */
export const fieldsOf = (seed, { field }) => ({ "x-seed": String(seed), "x-field": field });

/** The status of the response to a request of each kind. */
const FAILURES = { thrown: 500, missed: 404, refused: 405 };
const STATUS = { brief: 200, checked: 200, held: 200, streamed: 200, read: 200, ...FAILURES };

/** Most are of the kind that costs least; the last ones cost a host the most. */
export function kindOf(seed) {
  const place = seed % 100;
  if (place < 75) return "brief";
  if (place < 85) return "checked";
  if (place < 94) return "missed";
  return ["refused", "refused", "thrown", "thrown", "read", "streamed"][place - 94];
}

/** A request of that kind: method, path, fields and body. */
export function requestOf(kind, seed) {
  const own = parts(seed);
  const headers = fieldsOf(seed, own);
  if (kind === "refused") return { method: "POST", path: pathOf(own, "checked"), headers };
  if (kind !== "read") return { method: "GET", path: pathOf(own, kind), headers };
  return { method: "POST", path: pathOf(own, kind), headers, body: JSON.stringify({ field: own.field }) };
}

/**
 * What is wrong with a response; empty if it is all right.
 * @param {string} kind
 * @param {number} seed
 * @param {{ status: number, header: (name: string) => string | null | undefined, text: string }} response its text
 *   need not be read if the kind is brief
 * @returns {string[]}
 */
export function problems(kind, seed, { status, header, text }) {
  const wrong = [];
  const is = (what, found, expected) => {
    if (found === expected) return;
    wrong.push(`${kind} ${seed}: ${what} is ${String(found)}, not ${String(expected)}: ${text}`);
  };
  is("status", status, STATUS[kind]);
  is("x-seed", header("x-seed"), String(seed));
  if (kind !== "thrown") is("x-seed-after", header("x-seed-after"), String(seed));
  if (kind === "refused") is("allow", header("allow"), "GET, HEAD, OPTIONS");
  if (kind === "brief") is("x-verdict", header("x-verdict"), "own");
  if (wrong.length > 0 || kind === "refused" || kind === "brief") return wrong;
  const lines = text.trimEnd().split("\n");
  const verdict = JSON.parse(lines.pop());
  is("the seed", verdict.seed, seed);
  if (kind === "streamed") is("the text", lines.join("\n"), Array(5).fill(parts(seed).user).join("\n"));
  return [...wrong, ...verdict.wrong];
}

/** The id that the app gave to the request; undefined where the response says none. */
export function idOf(text) {
  return /"id":"([0-9a-f-]{36})"/.exec(text)?.[1];
}
