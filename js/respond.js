// The responses that `c` makes, and the header fields that are set for one before and after it is made.

/** @typedef {import("./request-slot.js").RequestSlot} RequestSlot */
/** @typedef {number | ResponseInit | undefined} Init a status, or all that a Response takes */

/**
 * What most responses need, made once. A text's type is set by Response itself.
 * @type {{ headers?: Record<string, string> }}
 */
const PLAIN = {};
const HTML = { headers: { "content-type": "text/html;charset=UTF-8" } };
const JSON_TYPE = { headers: { "content-type": "application/json" } };

export const TEXT = { type: "text/plain;charset=UTF-8", init: PLAIN };
export const MARKUP = { type: "text/html;charset=UTF-8", init: HTML };
export const JSON_TEXT = { type: "application/json", init: JSON_TYPE };
export const NO_TYPE = { type: "", init: PLAIN };

/**
 * Makes a response and remembers it. Allocates the Response, and its Headers where there are other fields than the
 * type's own.
 * @param {RequestSlot} slot
 * @param {BodyInit | null} body
 * @param {typeof TEXT} kind
 * @param {Init} init
 */
export function respond(slot, body, kind, init) {
  slot.made = new Response(body, initOf(slot, kind, init));
  slot.applied = slot.fieldsEnd;
  return slot.made;
}

/**
 * Headers are made for those responses only that have more than their type.
 * @param {RequestSlot} slot
 * @param {typeof TEXT} kind
 * @param {Init} init
 * @returns {ResponseInit}
 */
function initOf(slot, kind, init) {
  const next = slot.status;
  slot.status = 200;
  if (slot.fieldsEnd > 0 || typeof init === "object") return fullInit(slot, kind, init, next);
  const status = init ?? next;
  return status === 200 ? kind.init : { status, headers: kind.init.headers };
}

/**
 * @param {RequestSlot} slot
 * @param {typeof TEXT} kind
 * @param {Init} init
 * @param {number} status unless `init` has one
 * @returns {ResponseInit}
 */
function fullInit(slot, kind, init, status) {
  const given = typeof init === "number" ? { status: init } : (init ?? {});
  const headers = new Headers();
  setFields(slot, headers, 0);
  if (given.headers !== undefined) addGiven(slot, headers, new Headers(given.headers));
  if (kind.type && !headers.has("content-type")) headers.set("content-type", kind.type);
  return { ...given, status: given.status ?? status, headers };
}

/**
 * What stands in `init` wins over what was set before, and goes along with what was appended.
 * @param {RequestSlot} slot
 * @param {Headers} headers
 * @param {Headers} given
 */
function addGiven(slot, headers, given) {
  for (const [name, value] of given) {
    if (name === "set-cookie") appendOnce(headers, name, value);
    else headers.set(name, value);
  }
  setFields(slot, headers, 0, true);
}

/**
 * JSON as text, which the Response encodes to bytes: once. Given bytes it would have to copy them.
 * @param {unknown} value
 */
export function jsonText(value) {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`c.json: a value of type ${typeof value} is nothing that JSON can say`);
  return text;
}

// ---------------------------------------------------------------- fields

/** What a field stands as in `slot.fields`: name, value, how. */
const PARTS = 3;

/** RFC 9110 5.1, and what a value may not have (Fetch, "header value"). */
const FIELD_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const NOT_IN_VALUE = /[\0\r\n]|[^\0-\xff]/;

/**
 * Checked now, while it can be seen who sets it: later it would spoil the answer to the error, too.
 * @param {RequestSlot} slot
 * @param {string} name
 * @param {string | undefined} value undefined: takes back what was set for the response to come
 * @param {boolean} append
 */
export function addField(slot, name, value, append) {
  if (!FIELD_NAME.test(name)) throw new TypeError(`c.header: ${JSON.stringify(name)} is no name of a header field`);
  if (value !== undefined && NOT_IN_VALUE.test(value))
    throw new TypeError(`c.header: the value of ${name} has a line break, NUL, or a character above U+00FF`);
  const { fields, fieldsEnd: end } = slot;
  fields[end] = name;
  fields[end + 1] = value ?? "";
  fields[end + 2] = value === undefined ? "delete" : append ? "append" : "set";
  slot.fieldsEnd = end + PARTS;
}

/**
 * @param {{ fields: string[], fieldsEnd: number }} slot
 * @param {Headers} headers
 * @param {number} from which of the fields is the first
 * @param {boolean} [appended] only those that are appended
 */
export function setFields({ fields, fieldsEnd }, headers, from, appended = false) {
  for (let i = from; i < fieldsEnd; i += PARTS) {
    const [name, value, how] = [fields[i], fields[i + 1], fields[i + 2]];
    if (how === "append" && !(appended && isUndone(fields, i, fieldsEnd))) appendOnce(headers, name, value);
    else if (!appended && how === "set") headers.set(name, value);
    else if (!appended) headers.delete(name);
  }
}

/**
 * What was set for the response that `c` made, where this one, a copy of it or another one, has nothing of its own.
 * @param {RequestSlot} slot
 * @param {Headers} headers
 */
function restore({ fields, applied }, headers) {
  const made = { fields, fieldsEnd: applied };
  const had = new Headers();
  setFields(made, had, 0);
  for (const [name, value] of had) if (!headers.has(name)) headers.set(name, value);
  setFields(made, headers, 0, true);
}

/**
 * Whether a field behind that at `at` sets the same name, or takes it back.
 * @param {string[]} fields
 * @param {number} at
 * @param {number} end
 */
function isUndone(fields, at, end) {
  const name = fields[at].toLowerCase();
  for (let i = at + PARTS; i < end; i += PARTS)
    if (fields[i + 2] !== "append" && fields[i].toLowerCase() === name) return true;
  return false;
}

/**
 * Appends a value that is not there yet: the response may be made of one that had it.
 * @param {Headers} headers
 * @param {string} name
 * @param {string} value
 */
function appendOnce(headers, name, value) {
  const values = headers.get(name) ?? "";
  const isCookie = /^set-cookie$/i.test(name); // a field for each: their values may have commas
  const there = isCookie ? headers.getSetCookie().includes(value) : `, ${values}, `.includes(`, ${value}, `);
  if (!there) headers.append(name, value);
}

/**
 * The response with the fields that it does not have yet: itself, or a copy if its headers cannot change (those of
 * `fetch` and Response.redirect).
 * @param {RequestSlot} slot
 * @param {Response} response
 */
export function withFields(slot, response) {
  if (response === slot.made && slot.applied === slot.fieldsEnd) return response;
  try {
    complete(slot, response, response.headers);
    return response;
  } catch {
    const copy = new Response(response.body, response);
    complete(slot, response, copy.headers);
    return copy;
  }
}

/**
 * @param {RequestSlot} slot
 * @param {Response} response
 * @param {Headers} headers its own, or those of its copy
 */
function complete(slot, response, headers) {
  if (response !== slot.made && slot.applied > 0) restore(slot, headers);
  setFields(slot, headers, slot.applied);
}

/**
 * The answer to HEAD: the same without its body, which is cancelled.
 * @param {Response} response
 */
export function withoutBody(response) {
  response.body?.cancel().catch(() => {}); // nobody waits for it
  return new Response(null, response);
}
