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

/** The value of a parameter of the path; undefined where an optional one is left out. */
function valueOf({ token, name }, values) {
  const { constraint, offset, optional, kind } = token;
  const given = values[name];
  if (isMissing(given)) return optional ? undefined : bad(offset, `a value for ${name} is missing`);
  const text = textOf(given, name);
  if (kind === "rest" && text.includes("\\")) bad(offset, `the value of ${name} has a backslash`);
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

/** The values of the path's parameters, and the form that has a place for each of them. */
function readValues([form, shorter], values) {
  const tokens = form.tokens.filter(({ kind }) => kind !== "unit");
  const params = tokens.map((token, index) => ({ token, name: form.names[index] }));
  const texts = params.map((param) => valueOf(param, values));
  return { tokens: texts.at(-1) === undefined && shorter ? shorter.tokens : form.tokens, params, texts };
}

const isDotted = (path) => hasDotSegment(unitsOf(bytesOf(path), false).units);

function writePath({ tokens, params, texts }, given) {
  let path = "";
  let next = 0;
  for (const { kind, exact, offset } of tokens) {
    if (kind === "unit") {
      path += writeUnit(exact);
      continue;
    }
    given.push([params[next].name, texts[next], offset]);
    path += kind === "rest" ? writeRest(texts[next++]) : writeValue(texts[next++]);
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
  const path = writePath(readValues(route.forms, values), given);
  if (path.startsWith("//")) bad(0, "the path would begin with //");
  if (isDotted(path)) bad(blamedForDots(given), "a segment would be . or ..");
  return { text: host + path, given };
}

/** The parameter that makes a dot segment: the first with a value of dots, or one that has them between slashes. */
function blamedForDots(given) {
  const hasDots = ([, value]) => isDotted(`/${value}`);
  return (given.find(hasDots) ?? given[0] ?? [])[2] ?? 0;
}
