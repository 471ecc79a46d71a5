// What a response says of how long it may be kept, and for whom (RFC 9111).

/** A directive of Cache-Control; what stands in quotes is a value, whatever it looks like. */
const DIRECTIVE = /([\w!#$%&'*+.^`|~-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s",]*)))?/g;

/**
 * The directives by their names in lower case. One that is there twice with different values has one that is no number.
 * @param {string | null} text
 */
function directives(text) {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const [, name, quoted, plain] of (text ?? "").matchAll(DIRECTIVE)) {
    const value = quoted ?? plain ?? "";
    const known = found.get(name.toLowerCase()) ?? value;
    found.set(name.toLowerCase(), known === value ? value : "contradictory");
  }
  return found;
}

/**
 * A number of seconds; 0 if it is none: what cannot be read is not fresh (RFC 9111 4.2.1).
 * @param {string | null} text
 */
export function seconds(text) {
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : 0;
}

/** As senders write a date (RFC 9110 5.6.7). Date.parse would take `0`, which servers send for "long ago", for 2000. */
const DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * Milliseconds; NaN if it is no date.
 * @param {string | null} text
 */
function time(text) {
  return text !== null && DATE.test(text) ? Date.parse(text) : NaN;
}

/**
 * Milliseconds from now on that a response may be given to anybody; 0 or less: never.
 * @param {Headers} headers
 * @param {number} usual seconds for one that does not say
 * @param {number} now
 */
export function lifetime(headers, usual, now) {
  const control = directives(headers.get("cache-control"));
  if (control.has("no-store") || control.has("no-cache") || control.has("private")) return 0;
  const stated = control.get("s-maxage") ?? control.get("max-age");
  const age = 1000 * seconds(headers.get("age"));
  if (stated !== undefined) return 1000 * seconds(stated) - age;
  const expires = headers.get("expires");
  if (expires === null) return 1000 * usual - age;
  const dated = time(headers.get("date"));
  return (time(expires) || 0) - (Number.isNaN(dated) ? now : dated) - age;
}

/**
 * The request's fields that a response depends on, in lower case and in order; undefined: on more than fields.
 * @param {Headers[]} stated its header fields, at different times
 */
export function varying(stated) {
  const lists = stated.map((headers) => headers.get("vary") ?? "").join();
  const names = lists.toLowerCase().split(",").map((name) => name.trim());
  return names.includes("*") ? undefined : [...new Set(names)].filter(Boolean).sort();
}
