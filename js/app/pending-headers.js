// Headers that steps have set with `c.header`, until a response has them. Each belongs to its step: one set before the
// step's `next` is added to the response when the step returns, unless the response has that header.
//
// A request's pending headers are a circular list in the order in which they were set; the request holds the last one,
// whose `next` is the first. Most requests have none, or a few.

import { APPEND, REMOVE, SET, changeHeader, cookieId, hasValue } from "./headers.js";
import { isUpgrade } from "./response.js";

// The tag of a pending header:
//
//     bit 31                  4      3      2   1   0
//         │ the step's index │ APPLIED │ MADE │ how  │

const HOW = 3;

/** The last response that `c` made in the same step has the header. */
const MADE = 4;

/** The current response already has the header. */
const APPLIED = 8;

const STEP_SHIFT = 4;

class PendingHeader {
  /**
   * @param {string} name in lower case
   * @param {string} value
   * @param {number} tag
   */
  constructor(name, value, tag) {
    this.name = name;
    this.value = value;
    this.tag = tag;
    /** @type {PendingHeader} */
    this.next = this;
  }
}

/** @typedef {PendingHeader | undefined} PendingHeaders the last one of a list */

/**
 * The list with one more header.
 * @param {PendingHeaders} pending
 * @param {number} step the index of the step that sets it
 * @param {string} name in lower case
 * @param {string} value
 * @param {number} how
 * @param {boolean} isApplied the response has it already
 */
export function withHeader(pending, step, name, value, how, isApplied) {
  const header = new PendingHeader(name, value, (step << STEP_SHIFT) | (isApplied ? APPLIED : 0) | how);
  if (pending !== undefined) {
    header.next = pending.next;
    pending.next = header;
  }
  return header;
}

/** @param {PendingHeader} header */
function stepOf({ tag }) {
  return tag >> STEP_SHIFT;
}

/**
 * A copy of the list, in order.
 * @param {PendingHeaders} pending
 */
function listed(pending) {
  /** @type {PendingHeader[]} */
  const all = [];
  if (pending === undefined) return all;
  let header = pending;
  do all.push((header = header.next));
  while (header !== pending);
  return all;
}

/**
 * @param {PendingHeader[]} all in order
 * @returns {PendingHeaders}
 */
function linked(all) {
  for (const [i, header] of all.entries()) header.next = all[(i + 1) % all.length];
  return all[all.length - 1];
}

// ---------------------------------------------------------------- for a response that c makes

/**
 * Whether a step has set, appended or removed a header.
 * @param {PendingHeaders} pending
 * @param {number} step
 */
export function hasHeaders(pending, step) {
  if (pending === undefined) return false;
  let header = pending;
  do {
    if (stepOf(header) === step) return true;
    header = header.next;
  } while (header !== pending);
  return false;
}

/**
 * Whether a step has only set headers, and has neither appended nor removed any.
 * @param {PendingHeaders} pending
 * @param {number} step
 */
export function onlySets(pending, step) {
  if (pending === undefined) return true;
  let header = pending;
  do {
    if (stepOf(header) === step && (header.tag & HOW) !== SET) return false;
    header = header.next;
  } while (header !== pending);
  return true;
}

/**
 * Sets the headers that a step has set, on a response that `c` makes in it.
 * @param {PendingHeader} pending
 * @param {number} step
 * @param {Headers} headers
 */
export function setAll(pending, step, headers) {
  let header = pending;
  do {
    header = header.next;
    if (stepOf(header) !== step) continue;
    header.tag |= MADE;
    headers.set(header.name, header.value);
  } while (header !== pending);
}

/**
 * The headers for a response that `c` makes: those that its step has set, overridden by `given`.
 * @param {PendingHeaders} pending
 * @param {number} step
 * @param {HeadersInit | undefined} given
 * @param {string} type the default content type
 */
export function headersFor(pending, step, given, type) {
  const headers = new Headers();
  const own = listed(pending).filter((header) => stepOf(header) === step);
  for (const header of own) {
    header.tag |= MADE;
    changeHeader(headers, header.name, header.value, header.tag & HOW);
  }
  if (given !== undefined) {
    const init = new Headers(given);
    const appended = own.filter((header) => (header.tag & HOW) === APPEND && !isUndone(header, own[own.length - 1]));
    for (const name of new Set(init.keys())) headers.delete(name);
    for (const [name, value] of init) headers.append(name, value);
    for (const { name, value } of appended) if (!hasValue(headers, name, value)) headers.append(name, value);
  }
  if (type !== "" && !headers.has("content-type")) headers.set("content-type", type);
  return headers;
}

/**
 * Whether a later header of the same step replaces or removes this one.
 * @param {PendingHeader} header
 * @param {PendingHeader} last
 */
function isUndone(header, last) {
  const { name, value } = header;
  const isCookie = name === "set-cookie";
  for (let later = header; later !== last; ) {
    later = later.next;
    if (later.name !== name || stepOf(later) !== stepOf(header)) continue;
    if ((later.tag & HOW) !== APPEND || (isCookie && cookieId(later.value) === cookieId(value))) return true;
  }
  return false;
}

// ---------------------------------------------------------------- for the response of a step that returns

/**
 * Adds the headers that a step has set to its response, unless the response has them.
 * @param {PendingHeader} pending
 * @param {number} step
 * @param {Response} response
 * @param {boolean} isMade `c` made the response in this step, so it has the headers set before that; those set later
 *   win
 */
export function apply(pending, step, response, isMade) {
  let header = pending;
  do {
    header = header.next;
    if (stepOf(header) !== step || (header.tag & (isMade ? APPLIED | MADE : APPLIED)) !== 0) continue;
    if (isUpgrade(response)) return;
    const { name, value, tag } = header;
    const { headers } = response;
    const how = tag & HOW;
    header.tag |= APPLIED;
    if (isMade) {
      changeHeader(headers, name, value, how);
    } else if (how !== REMOVE && !isUndone(header, pending)) {
      if (how === SET ? !headers.has(name) : !hasValue(headers, name, value)) changeHeader(headers, name, value, how);
    }
  } while (header !== pending);
}

// ---------------------------------------------------------------- after undo, another response, or an error

/**
 * Returns a function that drops from a list what was added to it since this call.
 * @param {PendingHeaders} pending
 * @returns {(pending: PendingHeaders) => PendingHeaders}
 */
export function savepoint(pending) {
  const known = new Set(listed(pending));
  return (later) => linked(listed(later).filter((header) => known.has(header)));
}

/**
 * The headers after a step has returned another response than that of its `next`, to which the headers of inner steps
 * belonged.
 * @param {PendingHeaders} pending
 * @param {number} step
 */
export function withoutInner(pending, step) {
  const left = listed(pending).filter((header) => stepOf(header) <= step);
  for (const header of left) if (stepOf(header) === step) header.tag &= ~APPLIED;
  return linked(left);
}

/**
 * The headers after a step has thrown. Those that describe content are dropped, whichever step set them. The others of
 * this step and of inner steps now belong to the heir. Among them a later value replaces an earlier one, but no step
 * undoes what another one has set or appended: removals are dropped, and appended values come last.
 * @param {PendingHeaders} pending
 * @param {number} heir
 */
export function afterThrow(pending, heir) {
  const left = listed(pending).filter(
    (header) =>
      (header.tag & HOW) !== REMOVE &&
      !isUndone(header, /** @type {PendingHeader} */ (pending)) &&
      !describesContent(header),
  );
  for (const header of left) if (stepOf(header) >= heir) header.tag = (heir << STEP_SHIFT) | (header.tag & HOW);
  const isAppended = (/** @type {PendingHeader} */ header) => (header.tag & HOW) === APPEND;
  return linked([...left.filter((header) => !isAppended(header)), ...left.filter(isAppended)]);
}

const OF_CONTENT = new Set(["etag", "last-modified", "expires", "age", "accept-ranges", "digest", "repr-digest"]);

/**
 * Whether a header describes the content of the response that will not be sent (RFC 9110 8, RFC 9111, RFC 9530).
 * @param {PendingHeader} header
 */
function describesContent({ name, value }) {
  if (name.startsWith("content-")) return !name.startsWith("content-security-policy");
  if (name.endsWith("cache-control")) return !/\b(no-store|private)\b/i.test(value);
  return OF_CONTENT.has(name);
}
