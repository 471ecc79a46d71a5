/* Reverse routing: the URL that a route and values make. */
import { OracleError } from "./error.mjs";
import { ESCAPED, ESCAPED_SEPARATOR, bytesOf, escapeOf, escapeStray, hasDotSegment, unitsOf } from "./units.mjs";

const bad = (offset, message) => {
  throw new OracleError("BAD_VALUE", offset, message);
};

const isMissing = (value) => value === undefined || value === null;

/** A value as a text. */
function textOf(value, name) {
  if (typeof value === "string") return value;
  if (typeof value === "bigint" || Number.isInteger(value)) return String(value);
  return bad(0, `the value of ${name} is no text and no whole number`);
}

/* What is raw in a value: unreserved characters, sub-delims, `:` and `@` (RFC 3986 3.3). */
const RAW = /[A-Za-z0-9._~!$&'()*+,;=:@-]/;

/** A value as a path has it. */
function writeValue(value) {
  const write = (byte) => (RAW.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : escapeOf(byte));
  return Array.from(bytesOf(value), write).join("");
}

/** That of a catch-all keeps its slashes, and what is a slash or a backslash in an escape. */
function writeRest(value) {
  const kept = value.match(KEPT) ?? [];
  return value.split(KEPT).map((piece, index) => writeValue(piece) + (kept[index] ?? "")).join("");
}

const KEPT = new RegExp(`/|${ESCAPED_SEPARATOR.source}`, "gi");

const writeUnit = (unit) => (unit >= ESCAPED ? escapeOf(unit - ESCAPED) : escapeStray([unit]));

/** The value of a parameter of the path. */
function valueOf({ constraint, offset, kind, name }, values) {
  const given = values[name];
  if (isMissing(given)) return bad(offset, `a value for ${name} is missing`);
  const text = textOf(given, name);
  if (kind !== "param" && text.includes("\\")) bad(offset, `the value of ${name} has a backslash`);
  if (text === "" && kind !== "rest") bad(offset, `the value of ${name} is empty`);
  if (constraint && !constraint.holds(charactersOfText(text))) bad(offset, `the value of ${name} does not fit`);
  return text;
}

const charactersOfText = (text) => Array.from(text, (character) => character.codePointAt(0));

/** A label of the host that is a parameter. */
function labelOf(name, offset, values) {
  if (isMissing(values[name])) bad(offset, `a value for ${name} is missing`);
  const value = textOf(values[name], name);
  return /^[A-Za-z0-9_-]+$/.test(value) ? value : bad(offset, `the value of ${name} is no label of a host`);
}

/** `//host`, with values in place of its parameters; nothing for a route without a host. */
function writeHost(host, values) {
  if (host === null) return { text: "", given: [] };
  if (host.shape.startsWith("*")) bad(0, "a host with a * can not be made");
  const offsets = host.offsets;
  const given = host.names.map((name, index) => [name, labelOf(name, offsets[index], values), offsets[index]]);
  const labels = host.shape.startsWith("[") ? [host.shape] : host.shape.split(".");
  let next = 0;
  return { text: `//${labels.map((label) => (label === ":" ? given[next++][1] : label)).join(".")}`, given };
}

/**
 * The form that values are for: the longest one of those that leave no value over and miss the fewest, so that an error
 * names the first one that is missing.
 */
function formFor(forms, values) {
  const given = Object.keys(values).filter((name) => !isMissing(values[name]));
  const missed = (form) => form.names.filter((name) => isMissing(values[name])).length;
  const wanted = given.filter((name) => forms[0].names.includes(name));
  const able = forms.filter(({ names }) => wanted.every((name) => names.includes(name)));
  return able.toSorted((a, b) => missed(a) - missed(b))[0];
}

const isDotted = (path) => hasDotSegment(unitsOf(bytesOf(path), false).units);

function writePath({ tokens }, values, given) {
  const texts = new Map(tokens.filter(({ kind }) => kind !== "unit").map((token) => [token, valueOf(token, values)]));
  let path = "";
  for (const token of tokens) {
    if (token.kind === "unit") {
      path += writeUnit(token.exact);
      continue;
    }
    const text = texts.get(token);
    given.push([token.name, text, token.offset]);
    path += token.kind === "param" ? writeValue(text) : writeRest(text);
  }
  return path;
}

/**
 * Writes the URL of a route, which may be read otherwise than it is meant.
 * @returns {{ text: string, given: [string, string, number][] }} with the parameters that stand in it: name, value and
 * byte in the pattern
 */
export function writeRoute(route, values) {
  const known = [...(route.host?.names ?? []), ...route.forms[0].names];
  const stranger = Object.keys(values).find((name) => !known.includes(name));
  if (stranger !== undefined) bad(0, `the route has no parameter ${stranger}`);
  const { text: host, given } = writeHost(route.host, values);
  const path = writePath(formFor(route.forms, values), values, given);
  if (path.startsWith("//")) bad(0, "the path would begin with //");
  if (isDotted(path)) bad(blamedForDots(given), "a segment would be . or ..");
  return { text: host + path, given };
}

/** The parameter that makes a dot segment: the first with a value of dots, or one that has them between slashes. */
function blamedForDots(given) {
  const hasDots = ([, value]) => isDotted(`/${value}`);
  return (given.find(hasDots) ?? given[0] ?? [])[2] ?? 0;
}
