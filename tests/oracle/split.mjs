/*
 * Every way to split a path among a route's parameters, in order; the first that works is the route's own answer. The
 * answers of different routes are compared as vectors, lists of numbers that spell the match order out: from the left,
 * and one that is the beginning of another comes first. Each step of a route writes one slot:
 *
 *     static unit                           0
 *     parameter delimited by a literal      1, -(units of the literal), the rank of each of them,
 *                                           the rank of the constraint (none: Infinity), where it ends
 *     constrained parameter, rest of the segment    2, its rank
 *     plain parameter, rest of the segment  3
 *     catch-all that goes on after a slash  5, where it ends
 *     catch-all that takes the rest         6
 *
 * Two routes with the same slots up to a parameter share all that comes before it. So of one route's ways the one with
 * the earliest places has the least vector, and the least of all routes' is the answer.
 */
import { ESCAPED, SLASH, charactersOf, hasDotSegment, pieceAt, segmentEnd, unitsOf } from "./units.mjs";

/** A path as a table that compares with (`fold`) or without case reads it. */
export function readPath(bytes, fold) {
  const { units, offsets } = unitsOf(bytes, fold);
  return { bytes, units, offsets, isDotted: hasDotSegment(units) };
}

/* ------------------------------------------------------------------ splitting */

const fits = (units, at, literal) => literal.every((unit, index) => units[at + index] === unit);

/** Whether the raw value that runs from unit `at` to unit `end` holds. */
const holds = (constraint, { bytes, offsets }, at, end) =>
  constraint.holds(charactersOf(bytes.subarray(offsets[at], offsets[end])));

/*
 * Where a parameter from `at` on may end: after each unit of its segment. A constrained one may not end inside a
 * character, as the whole rest of the segment is read.
 */
function endsOf(step, path, at) {
  const last = segmentEnd(path.units, at);
  const ends = Array.from({ length: Math.max(0, last - at) }, (_, index) => at + 1 + index);
  if (!step.constraint || step.literal.length === 0) return ends;
  const rest = path.bytes.subarray(path.offsets[at], path.offsets[last]);
  const edges = new Set();
  for (let byte = 0; byte < rest.length; edges.add(path.offsets[at] + byte)) byte += pieceAt(rest, byte).size;
  return ends.filter((end) => edges.has(path.offsets[end]));
}

/*
 * The steps from `step` on against the units from `at` on: where each parameter ends (and the catch-all begins), or
 * null. `dead` are the places that led nowhere, so that a miss takes no time beyond reason.
 */
function split(steps, step, path, at, dead) {
  while (step < steps.length && steps[step].kind === "unit") if (path.units[at++] !== steps[step++].unit) return null;
  if (step === steps.length) return at === path.units.length ? [] : null;
  if (steps[step].kind === "rest") return [[at, path.units.length]];
  const place = step * (path.units.length + 1) + at;
  if (dead.has(place)) return null;
  const found = (steps[step].kind === "run" ? splitRun : splitParameter)(steps, step, path, at, dead);
  if (!found) dead.add(place);
  return found;
}

function splitParameter(steps, step, path, at, dead) {
  const { literal, constraint } = steps[step];
  for (const end of literal.length ? endsOf(steps[step], path, at) : [segmentEnd(path.units, at)]) {
    if (end === at || !fits(path.units, end, literal)) continue;
    if (constraint && !holds(constraint, path, at, end)) continue;
    const after = split(steps, step + 1, path, end + literal.length, dead);
    if (after) return [[at, end], ...after];
  }
  return null;
}

/** A catch-all that goes on after a slash: which it may end at are the slashes from the second byte on. */
function splitRun(steps, step, path, at, dead) {
  for (let end = at + 1; end < path.units.length; end++) {
    if (path.units[end] !== SLASH) continue;
    const after = split(steps, step + 1, path, end, dead);
    if (after) return [[at, end], ...after];
  }
  return null;
}

/** The spans, in units, of the first way for a form to match a path; null if there is none. */
export const splitPath = (form, path) => (path.isDotted ? null : split(form.steps, 0, path, 0, new Set()));

/* ------------------------------------------------------------------ match order */

/* By bytes; where two are the same, the raw one comes before the escape. */
const unitRank = (unit) => (unit >= ESCAPED ? 2 * (unit - ESCAPED) + 1 : 2 * unit);

/** What a form's match of these spans counts in match order. `rankOf` tells a constrained parameter's rank. */
export function vectorOf(form, spans, rankOf) {
  let param = 0;
  return form.steps.flatMap((step) => {
    if (step.kind === "unit") return [0];
    if (step.kind === "rest") return [6];
    const [, end] = spans[param++];
    if (step.kind === "run") return [5, end];
    const rank = step.constraint ? rankOf(step) : Infinity;
    if (step.literal.length > 0) return [1, -step.literal.length, ...step.literal.map(unitRank), rank, end];
    return step.constraint ? [2, rank] : [3];
  });
}

/** Less than 0 if `a` comes first. */
export function compareVectors(a, b) {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

/* ------------------------------------------------------------------ cleaning */

/** Joins slashes, then removes dot segments (RFC 3986 5.2.4), escaped or not. */
export function cleanPath(bytes) {
  const kept = [];
  const segments = segmentsOf(bytes.filter((byte, at) => byte !== SLASH || bytes[at + 1] !== SLASH));
  segments.forEach((segment, index) => {
    const dots = dotsOf(segment);
    if (dots === 0) return kept.push(segment);
    if (dots === 2) kept.pop();
    return index === segments.length - 1 ? kept.push(new Uint8Array()) : 0;
  });
  return Uint8Array.from(kept.flatMap((segment) => [SLASH, ...segment]));
}

/** What follows each `/`. */
function segmentsOf(bytes) {
  const starts = [...bytes.keys()].filter((at) => bytes[at] === SLASH);
  return starts.map((start, index) => bytes.subarray(start + 1, starts[index + 1] ?? bytes.length));
}

/** 1 for `.`, 2 for `..`, else 0. */
function dotsOf(segment) {
  const { units } = unitsOf(segment, false);
  return hasDotSegment([SLASH, ...units]) ? units.length : 0;
}

const isLetter = (unit) => /^[A-Za-z]$/.test(String.fromCharCode(unit));

/** Gives the path's letters the case that the form's literals have. `spans`: of the form's match. */
export function withLettersOf(form, path, spans) {
  const written = [...path.bytes];
  const { units } = unitsOf(path.bytes, false);
  let at = 0;
  const put = (exact) => {
    const offset = path.offsets[at];
    const isEscape = path.offsets[at + 1] - offset === 3;
    if (units[at] !== exact && isLetter(exact)) putLetter(written, offset, exact, isEscape);
    at++;
  };
  let param = 0;
  for (const step of form.steps) {
    if (step.kind !== "unit") at = spans[param++][1];
    [step.exact ?? []].flat().forEach(put);
  }
  return Uint8Array.from(written);
}

/* An escape of a letter says the case in the second of its digits: 4 and 5, or 6 and 7. */
function putLetter(written, offset, letter, isEscape) {
  if (isEscape) written[offset + 1] = 0x30 + (letter >> 4);
  else written[offset] = letter;
}
