/*
 * Route patterns. A pattern is read into tokens: { kind: "unit", unit, exact }, { kind: "param", name, constraint } and
 * { kind: "run", name }, a catch-all; each with its `offset`. `exact` is the unit with its letters as they are written,
 * `unit` what is compared. The slash before an optional segment is a unit that is `optional`.
 *
 * The tokens become forms, the longest first: { names, steps, shape, tokens }. A catch-all that ends a form is of the
 * kind "rest" there. Steps are units, parameters with the literal that delimits them (none: the parameter takes the
 * rest of its segment), and catch-alls.
 *
 * What is in the brackets of a constraint is read apart (readConstraints), so that an error there is the last to be
 * told.
 */
import { constraintEnd, readConstraint } from "./constraint.mjs";
import { OracleError, bad } from "./error.mjs";
import { SLASH, foldUnit, isDots, latin1, unitAt } from "./units.mjs";

const LIMITS = { pattern: 4096, params: 64, forms: 16 };

/** The ASCII character at `at`; "" after the end. */
const characterAt = (bytes, at) => (at < bytes.length ? latin1([bytes[at]]) : "");

/** The name at `at`, which may be empty. */
const readName = (bytes, at) => /^(?:[A-Za-z_][A-Za-z0-9_]*)?/.exec(latin1(bytes.subarray(at)))[0];

/** A name may stand once in a pattern. */
function refuseTwice(name, at, tokens) {
  if (name !== "" && tokens.some((token) => token.name === name)) bad(at, `the name ${name} is used twice`);
}

const isSeparator = (token) => token.kind === "unit" && token.unit === SLASH;

/* ------------------------------------------------------------------ tokens */

function readParameter(bytes, at, tokens) {
  const name = readName(bytes, at + 1);
  if (tokens.at(-1).kind === "param") bad(at, "two parameters touch");
  if (name === "") bad(at, "a parameter needs a name");
  refuseTwice(name, at + 1, tokens);
  const token = { kind: "param", name, offset: at, constraint: null };
  const end = readAfterName(bytes, at + 1 + name.length, token);
  tokens.push(token);
  return end;
}

const startsWithSlash = (bytes, at) => ["/", "\\/"].some((text) => latin1(bytes.subarray(at, at + 2)).startsWith(text));

const isSegmentEnd = (bytes, at) => at === bytes.length || startsWithSlash(bytes, at);

/** A `?`: the segment that it ends is optional. */
function readOptional(bytes, at, tokens) {
  const slash = tokens.findLastIndex(isSeparator);
  const segment = tokens.slice(slash + 1);
  const isWhole = segment.length > 0 && (segment.length === 1 || segment.every(({ kind }) => kind === "unit"));
  if (!isWhole || segment[0].kind === "run" || !isSegmentEnd(bytes, at + 1))
    bad(at, "only a whole segment is optional, static or a parameter");
  tokens[slash].optional = true;
  const forms = runsOf(segmentsOf(tokens)).reduce((product, run) => product * (run.length + 1), 1);
  if (forms > LIMITS.forms) bad(at, `more than ${LIMITS.forms} forms`);
  return at + 1;
}

/** The constraint, if there is one; where it ends. What may not follow a name, or a constraint? */
function readAfterName(bytes, at, token) {
  const next = characterAt(bytes, at);
  if (next === "*" || next === "+" || next > "\x7f") bad(at, "what follows the name?");
  if (next !== "<" && next !== "(") return at;
  const end = constraintEnd(bytes, at);
  token.constraint = { start: at, end, text: latin1(bytes.subarray(at, end)) };
  if (["*", "+", "<", "(", ":"].includes(characterAt(bytes, end))) bad(end, "what follows the constraint?");
  return end;
}

/** Whether in some form a catch-all comes right before the segment that begins after the tokens. */
function followsRun(tokens) {
  const before = segmentsOf(tokens).slice(0, -1);
  return before.findLast(([{ optional }]) => !optional)?.[1]?.kind === "run";
}

function readStar(bytes, at, tokens) {
  const name = readName(bytes, at + 1);
  const end = at + 1 + name.length;
  if (!isSeparator(tokens.at(-1)) || !isSegmentEnd(bytes, end)) bad(at, "a * that is no whole segment");
  const isRun = name !== "" || end === bytes.length;
  if (isRun && followsRun(tokens)) bad(at, "two catch-alls touch");
  refuseTwice(name, at + 1, tokens);
  if (!isRun) tokens.push({ kind: "param", name: null, offset: at, constraint: null });
  else tokens.push({ kind: "run", name: name || "*", offset: at });
  return end;
}

function readLiteral(bytes, at, tokens, fold) {
  const raw = characterAt(bytes, at) === "\\";
  if (raw && at + 1 === bytes.length) bad(at, "nothing after the backslash");
  if (!raw && "(<#{}".includes(characterAt(bytes, at))) bad(at, "write a backslash before it");
  const { unit, size } = raw ? { unit: bytes[at + 1], size: 2 } : unitAt(bytes, at, false);
  tokens.push({ kind: "unit", unit: foldUnit(unit, fold), exact: unit, offset: at });
  return at + size;
}

/** Refuses a segment that is `.` or `..`, once its end, at `end`, is read. */
function closeSegment(tokens, end) {
  const start = tokens.findLastIndex((token, index) => index < end && isSeparator(token)) + 1;
  const segment = tokens.slice(start, end);
  const units = segment.map((token) => (token.kind === "unit" ? token.unit : -1));
  if (isDots(units)) bad(segment[0].offset, "a dot segment");
}

function tokenize(bytes, fold) {
  const tokens = [];
  if (bytes[0] !== SLASH) bad(0, "a pattern starts with /");
  for (let at = 0; at < bytes.length; ) {
    const character = characterAt(bytes, at);
    if (character === ":") at = readParameter(bytes, at, tokens);
    else if (character === "*") at = readStar(bytes, at, tokens);
    else if (character === "?") at = readOptional(bytes, at, tokens);
    else at = readLiteral(bytes, at, tokens, fold);
    if (isSeparator(tokens.at(-1))) closeSegment(tokens, tokens.length - 1);
  }
  closeSegment(tokens, tokens.length);
  return tokens;
}

/* ------------------------------------------------------------------ forms */

/** What the tokens match, without the names. */
function shapeOf(tokens) {
  const shape = ({ kind, unit, constraint }) => (kind === "unit" ? unit : kind + (constraint?.text ?? ""));
  return tokens.map(shape).join(" ");
}

/** A parameter bounded by a literal, or by none; `before` is the shape of all that comes before it. */
const parameterStep = (token, before) => ({ ...token, literal: [], exact: [], before });

function stepsOf(tokens) {
  const steps = [];
  let open = null; /* the parameter whose literal is being read */
  tokens.forEach((token, index) => {
    if (open !== null && token.kind === "unit" && token.unit !== SLASH) {
      open.literal.push(token.unit);
      open.exact.push(token.exact);
    } else {
      open = token.kind === "param" ? parameterStep(token, shapeOf(tokens.slice(0, index))) : null;
      steps.push(open ?? token);
    }
  });
  return steps;
}

const isParam = (token) => token.kind !== "unit";

/** The tokens of one form. */
function formOf(all) {
  const isRest = ({ kind }, index) => kind === "run" && index === all.length - 1;
  const tokens = all.map((token, index) => (isRest(token, index) ? { ...token, kind: "rest" } : token));
  const names = tokens.filter(isParam).map(({ name }) => name);
  return { names, steps: stepsOf(tokens), shape: shapeOf(tokens), tokens };
}

/** The segments of a pattern: each its tokens, with the slash before them. */
function segmentsOf(tokens) {
  const starts = [...tokens.keys()].filter((index) => isSeparator(tokens[index]));
  return starts.map((start, i) => tokens.slice(start, starts[i + 1] ?? tokens.length));
}

/** The optional segments, those that follow one another together: lists of indexes. */
function runsOf(segments) {
  const runs = [];
  segments.forEach(([{ optional }], index) => {
    if (!optional) return;
    if (runs.at(-1)?.at(-1) === index - 1) runs.at(-1).push(index);
    else runs.push([index]);
  });
  return runs;
}

/** Which segments are left out: a list for each form. Of a run the last ones are: none, all, all but the first, ... */
function omissionsOf(segments) {
  let all = [[]];
  for (const run of runsOf(segments)) {
    const tails = [[], ...run.map((_, from) => run.slice(from))];
    all = tails.flatMap((tail) => all.map((omitted) => [...omitted, ...tail]));
  }
  return all;
}

/** All forms of a pattern. A form without segments is `/`. */
function formsOf(tokens) {
  const segments = segmentsOf(tokens);
  const left = (omitted) => segments.filter((_, index) => !omitted.includes(index));
  const omissions = omissionsOf(segments).sort((a, b) => a.length - b.length);
  return omissions.map((omitted) => {
    const kept = left(omitted);
    const form = formOf(kept.length === 0 ? [{ ...tokens[0], optional: false }] : kept.flat());
    return { ...form, omitted };
  });
}

function checkForms(forms) {
  if (new Set(forms.map(({ shape }) => shape)).size < forms.length) bad(0, "two forms have the same shape");
}

/**
 * Reads a pattern into its forms, the longest one first.
 * @param {Uint8Array} bytes
 * @param {boolean} fold whether letters of literals are compared without case
 */
export function readPattern(bytes, fold) {
  const forms = readForms(bytes, fold);
  checkForms(forms);
  return forms;
}

/** The same of a pattern that a table has. In another case than the table's, two of its forms may have one shape. */
export function readForms(bytes, fold) {
  if (bytes.length > LIMITS.pattern) throw new OracleError("PATTERN_TOO_LONG", LIMITS.pattern);
  const control = bytes.findIndex((byte) => [0, 10, 13].includes(byte));
  if (control >= 0) bad(control, "a NUL or the end of a line");
  const tokens = tokenize(bytes, fold);
  const params = tokens.filter(isParam);
  if (params.length > LIMITS.params) throw new OracleError("TOO_MANY_PARAMS", params[LIMITS.params].offset);
  params.forEach((token, index) => (token.name ??= String(index)));
  return formsOf(tokens);
}

/** Gives each constraint of a pattern's forms its `holds`. */
export function readConstraints(bytes, forms) {
  for (const { constraint } of forms[0].tokens)
    if (constraint) constraint.holds = readConstraint(bytes, constraint.start, constraint.end);
}
