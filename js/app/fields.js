// Header fields that steps set with `c.header`, until a response has them. A step's fields are its own: what it sets
// before its `next` reaches the response when that step returns, where the response lacks it.
//
// A request's fields are a circular list in the order in which they were set; the request holds the last one, whose
// `next` is the first. Most requests have none, or a few.

import { isToken, typeName } from "../base/arguments.js";
import { isUpgrade } from "./response.js";

/** How a field is set. */
export const SET = 0;
export const APPEND = 1;
export const REMOVE = 2;

const HOW = 3;

/** The response that `c` made last in the same step has the field. */
const MADE = 4;

/** The current response already has the field. */
const APPLIED = 8;

/** The bits above these are the step's index. */
const STEP = 4;

/** What a value may not have (Fetch, "header value"). */
const NOT_IN_VALUE = /[\0\r\n]|[^\0-\xff]/;

class Field {
  /**
   * @param {string} name in lower case
   * @param {string} value
   * @param {number} tag
   */
  constructor(name, value, tag) {
    this.name = name;
    this.value = value;
    this.tag = tag;
    /** @type {Field} */
    this.next = this;
  }
}

/** @typedef {Field | undefined} Fields the last one of a list */

/**
 * Names that were already checked, each in lower case and with the last value that passed: most steps set the same
 * fields for every request.
 * @type {Map<unknown, { key: string, value: unknown }>}
 */
const checked = new Map();
const MOST_CHECKED = 256;

/**
 * @param {string} call
 * @param {unknown} name
 */
function checkedName(call, name) {
  if (typeof name !== "string" || !isToken(name))
    throw new TypeError(`${call}: ${JSON.stringify(name)} is not the name of a header field`);
  const known = { key: name.toLowerCase(), value: undefined };
  if (checked.size < MOST_CHECKED) checked.set(name, known);
  return known;
}

/**
 * Checks a field now, while the stack shows who sets it: later it would spoil the error response too.
 * @param {string} call what was called, for the error's text
 * @param {unknown} name
 * @param {unknown} value undefined: the field is removed
 * @returns {string} the name in lower case
 */
export function checkedField(call, name, value) {
  const known = checked.get(name) ?? checkedName(call, name);
  if (value === undefined || value === known.value) return known.key;
  if (typeof value !== "string")
    throw new TypeError(`${call}: the value of ${name} is a string, not ${typeName(value)}`);
  if (NOT_IN_VALUE.test(value))
    throw new TypeError(`${call}: the value of ${name} has a line break, a NUL, or a character above U+00FF`);
  known.value = value;
  return known.key;
}

/**
 * The list with one more field.
 * @param {Fields} fields
 * @param {number} step the index of the step that sets it
 * @param {string} name in lower case
 * @param {string} value
 * @param {number} how
 * @param {boolean} applied the response has it already
 */
export function withField(fields, step, name, value, how, applied) {
  const field = new Field(name, value, (step << STEP) | (applied ? APPLIED : 0) | how);
  if (fields !== undefined) {
    field.next = fields.next;
    fields.next = field;
  }
  return field;
}

/** @param {Field} field */
function stepOf({ tag }) {
  return tag >> STEP;
}

/**
 * A copy of the fields, in order.
 * @param {Fields} fields
 */
function listed(fields) {
  /** @type {Field[]} */
  const all = [];
  if (fields === undefined) return all;
  let field = fields;
  do all.push((field = field.next));
  while (field !== fields);
  return all;
}

/**
 * @param {Field[]} all in order
 * @returns {Fields}
 */
function linked(all) {
  for (const [i, field] of all.entries()) field.next = all[(i + 1) % all.length];
  return all[all.length - 1];
}

// ---------------------------------------------------------------- onto a response

/**
 * Changes header fields as `c.header` was told to.
 * @param {Headers} headers
 * @param {string} name
 * @param {string} value
 * @param {number} how
 */
export function change(headers, name, value, how) {
  if (how === SET) headers.set(name, value);
  else if (how === REMOVE) headers.delete(name);
  else if (name === "set-cookie") addCookie(headers, value);
  else headers.append(name, value);
}

/**
 * What makes two cookies the same one to a browser (RFC 6265 5.3): the name, the domain and the path.
 * @param {string} cookie the value of a Set-Cookie
 */
function cookieId(cookie) {
  const [pair, ...attributes] = cookie.split(";");
  const valueOf = (/** @type {RegExp} */ name) => attributes.findLast((text) => name.test(text))?.replace(name, "");
  return [pair.split("=", 1)[0].trim(), valueOf(/^\s*domain=/i), valueOf(/^\s*path=/i)].join(";");
}

/**
 * Adds a cookie, and drops an equal one that was set before: the browser would keep the last.
 * @param {Headers} headers
 * @param {string} cookie
 */
function addCookie(headers, cookie) {
  const cookies = headers.getSetCookie();
  const others = cookies.filter((other) => cookieId(other) !== cookieId(cookie));
  if (others.length < cookies.length) {
    headers.delete("set-cookie");
    for (const other of others) headers.append("set-cookie", other);
  }
  headers.append("set-cookie", cookie);
}

/**
 * Whether a later field of the same step replaces or removes this one.
 * @param {Field} field
 * @param {Field} last
 */
function isUndone(field, last) {
  const { name, value } = field;
  const isCookie = name === "set-cookie";
  for (let later = field; later !== last; ) {
    later = later.next;
    if (later.name !== name || stepOf(later) !== stepOf(field)) continue;
    if ((later.tag & HOW) !== APPEND || (isCookie && cookieId(later.value) === cookieId(value))) return true;
  }
  return false;
}

/**
 * Whether the fields already have an appended value: the response may be a copy of one that had it. A cookie that they
 * have was set inside, and so later.
 * @param {Headers} headers
 * @param {string} name
 * @param {string} value
 */
function hasValue(headers, name, value) {
  if (name === "set-cookie") return headers.getSetCookie().some((cookie) => cookieId(cookie) === cookieId(value));
  const values = headers.get(name);
  return values !== null && `, ${values}, `.includes(`, ${value}, `);
}

/**
 * Gives a step's response the fields that the step has set and the response lacks.
 * @param {Field} fields
 * @param {number} step
 * @param {Response} response
 * @param {boolean} made `c` made the response in this step: it has the fields set before, and those set since
 *   then win
 */
export function apply(fields, step, response, made) {
  let field = fields;
  do {
    field = field.next;
    if (stepOf(field) !== step || (field.tag & (made ? APPLIED | MADE : APPLIED)) !== 0) continue;
    if (isUpgrade(response)) return;
    const { name, value, tag } = field;
    const { headers } = response;
    const how = tag & HOW;
    field.tag |= APPLIED;
    if (made) {
      change(headers, name, value, how);
    } else if (how !== REMOVE && !isUndone(field, fields)) {
      if (how === SET ? !headers.has(name) : !hasValue(headers, name, value)) change(headers, name, value, how);
    }
  } while (field !== fields);
}

/**
 * Whether a step has set, appended or removed any.
 * @param {Fields} fields
 * @param {number} step
 */
export function hasFields(fields, step) {
  if (fields === undefined) return false;
  let field = fields;
  do {
    if (stepOf(field) === step) return true;
    field = field.next;
  } while (field !== fields);
  return false;
}

/**
 * Whether a step has set fields only: none was appended or removed.
 * @param {Fields} fields
 * @param {number} step
 */
export function onlySets(fields, step) {
  if (fields === undefined) return true;
  let field = fields;
  do {
    if (stepOf(field) === step && (field.tag & HOW) !== SET) return false;
    field = field.next;
  } while (field !== fields);
  return true;
}

/**
 * Sets the fields that a step has set, for a response that `c` has made in it.
 * @param {Field} fields
 * @param {number} step
 * @param {Headers} headers
 */
export function setAll(fields, step, headers) {
  let field = fields;
  do {
    field = field.next;
    if (stepOf(field) !== step) continue;
    field.tag |= MADE;
    headers.set(field.name, field.value);
  } while (field !== fields);
}

/**
 * The header fields for a response that `c` makes: those that its step has set, then `given`, which win.
 * @param {Fields} fields
 * @param {number} step
 * @param {HeadersInit | undefined} given
 * @param {string} type the default content type
 */
export function headersFor(fields, step, given, type) {
  const headers = new Headers();
  const own = listed(fields).filter((field) => stepOf(field) === step);
  for (const field of own) {
    field.tag |= MADE;
    change(headers, field.name, field.value, field.tag & HOW);
  }
  if (given !== undefined) {
    const init = new Headers(given);
    const appended = own.filter((field) => (field.tag & HOW) === APPEND && !isUndone(field, own[own.length - 1]));
    for (const name of new Set(init.keys())) headers.delete(name);
    for (const [name, value] of init) headers.append(name, value);
    for (const { name, value } of appended) if (!hasValue(headers, name, value)) headers.append(name, value);
  }
  if (type !== "" && !headers.has("content-type")) headers.set("content-type", type);
  return headers;
}

// ---------------------------------------------------------------- undone, or another response's

/**
 * Returns a function that drops what was added to a list since.
 * @param {Fields} fields
 * @returns {(fields: Fields) => Fields}
 */
export function savepoint(fields) {
  const known = new Set(listed(fields));
  return (later) => linked(listed(later).filter((field) => known.has(field)));
}

/**
 * The fields after a step has returned another response than its `next` gave: what steps inside it had set belonged to
 * the other one.
 * @param {Fields} fields
 * @param {number} step
 */
export function withoutInner(fields, step) {
  const left = listed(fields).filter((field) => stepOf(field) <= step);
  for (const field of left) if (stepOf(field) === step) field.tag &= ~APPLIED;
  return linked(left);
}

/**
 * Whether a field describes the content of the response that will not be sent (RFC 9110 8, RFC 9111, RFC 9530).
 * @param {Field} field
 */
function describesContent({ name, value }) {
  if (name.startsWith("content-")) return !name.startsWith("content-security-policy");
  if (name.endsWith("cache-control")) return !/\b(no-store|private)\b/i.test(value);
  return OF_CONTENT.has(name);
}

const OF_CONTENT = new Set([
  "etag",
  "last-modified",
  "expires",
  "age",
  "accept-ranges",
  "digest",
  "repr-digest",
]);

/**
 * The fields after a step has thrown: those that describe content are dropped, whoever set them; the other fields of
 * the step, and of those inside it, now belong to the heir. Among these a later value replaces an earlier one, but no
 * step undoes what another has appended or set: so no removal is kept, and appended values come last.
 * @param {Field} fields
 * @param {number} heir
 */
export function afterThrow(fields, heir) {
  const all = listed(fields);
  const isKept = (/** @type {Field} */ field) =>
    (field.tag & HOW) !== REMOVE && !isUndone(field, fields) && !describesContent(field);
  const left = all.filter(isKept);
  for (const field of left) if (stepOf(field) >= heir) field.tag = (heir << STEP) | (field.tag & HOW);
  const isAppended = (/** @type {Field} */ field) => (field.tag & HOW) === APPEND;
  return linked([...left.filter((field) => !isAppended(field)), ...left.filter(isAppended)]);
}
