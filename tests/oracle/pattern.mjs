/*
 * Route patterns. A pattern is read into tokens: { kind: "unit", unit, exact }, { kind: "param", name, constraint,
 * optional } and { kind: "rest", name }; each with its `offset`. `exact` is the unit with its letters as they are
 * written, `unit` what is compared.
 *
 * The tokens become one form, or two where the last segment is optional: { names, steps, shape }. Steps are units,
 * parameters with the literal that bounds them (none: the parameter takes the rest of its segment), and a catch-all.
 *
 * What is in the brackets of a constraint is read apart (readConstraints), so that an error there is the last to be
 * told.
 */
import { constraintEnd, readConstraint } from "./constraint.mjs";
import { OracleError, bad } from "./error.mjs";
import { SLASH, foldUnit, isDots, latin1, unitAt } from "./units.mjs";

const LIMITS = { pattern: 4096, params: 64 };

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
  const token = { kind: "param", name, offset: at, constraint: null, optional: false };
  const end = readAfterName(bytes, at + 1 + name.length, token);
  if (characterAt(bytes, end) !== "?") {
    tokens.push(token);
    return end;
  }
  if (!isSeparator(tokens.at(-1)) || end + 1 < bytes.length) bad(end, "only a last segment is optional, a whole one");
  tokens.push({ ...token, optional: true });
  return end + 1;
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

function readStar(bytes, at, tokens) {
  const name = readName(bytes, at + 1);
  const end = at + 1 + name.length;
  const separator = ["/", "\\/"].some((text) => latin1(bytes.subarray(end)).startsWith(text));
  if (!isSeparator(tokens.at(-1))) bad(at, "a * inside a segment");
  refuseTwice(name, at + 1, tokens);
  if (end === bytes.length) tokens.push({ kind: "rest", name: name || "*", offset: at });
  else if (name === "" && separator) tokens.push({ kind: "param", name: null, offset: at, constraint: null });
  else bad(at, "a * that is no whole segment, or a catch-all that is not the last");
  return end;
}

function readLiteral(bytes, at, tokens, fold) {
  const raw = characterAt(bytes, at) === "\\";
  if (raw && at + 1 === bytes.length) bad(at, "nothing after the backslash");
  if (!raw && "(<?#{}".includes(characterAt(bytes, at))) bad(at, "write a backslash before it");
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

/** The parameters' names, the anonymous ones by their index. */
const namesOf = (tokens) => tokens.filter(isParam).map(({ name }, index) => name ?? String(index));

const formOf = (tokens) => ({ names: namesOf(tokens), steps: stepsOf(tokens), shape: shapeOf(tokens), tokens });

/** Without the optional segment and the `/` before it; a `/` alone stays. */
const shortened = (tokens) => tokens.slice(0, Math.max(1, tokens.length - 2));

/**
 * Reads a pattern into its forms, the longer one first.
 * @param {Uint8Array} bytes
 * @param {boolean} fold whether letters of literals are compared without case
 */
export function readPattern(bytes, fold) {
  if (bytes.length > LIMITS.pattern) throw new OracleError("PATTERN_TOO_LONG", LIMITS.pattern);
  const tokens = tokenize(bytes, fold);
  const params = tokens.filter(isParam);
  if (params.length > LIMITS.params) throw new OracleError("TOO_MANY_PARAMS", params[LIMITS.params].offset);
  return tokens.at(-1).optional ? [formOf(tokens), formOf(shortened(tokens))] : [formOf(tokens)];
}

/** Gives each constraint of a pattern's forms its `holds`. */
export function readConstraints(bytes, forms) {
  for (const { constraint } of forms[0].tokens)
    if (constraint) constraint.holds = readConstraint(bytes, constraint.start, constraint.end);
}
