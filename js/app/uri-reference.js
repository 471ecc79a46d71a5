// Turns any text into a URI reference (RFC 3986 4.1), for Location.

import { typeName } from "../base/arguments.js";

const encoder = new TextEncoder();

/** An authority, with or without a scheme: `https://`, `user`, `host`, `:80`. */
const AUTHORITY = /^((?:[a-z][a-z0-9+.-]*:)?\/\/)(?:([^/?#\\]*)@)?([^/?#\\]*?)(:\d*)?(?=[/?#\\]|$)/is;

/** Schemes whose hosts are DNS names. */
const WITH_NAMES = /^((https?|wss?|ftp):)?\/\/$/i;

/** A host that needs no encoding: ASCII without escapes, or an address in brackets. */
const PLAIN_HOST = /^([\w.~!$&'()*+,;=-]*|\[[\da-f:.]+\])$/i;

/** What must be escaped: everything but RFC 3986's `pchar`, "/", "?" and complete escapes. */
const NOT_RAW = /%(?![0-9A-Fa-f]{2})|[^\w.~!$&'()*+,;=:@/?%-]/gu;

/** @param {string} character */
function escaped(character) {
  const bytes = Array.from(encoder.encode(character), (byte) => byte.toString(16).toUpperCase().padStart(2, "0"));
  return `%${bytes.join("%")}`;
}

/** @param {string} text */
function escapedText(text) {
  return text.replace(NOT_RAW, escaped);
}

/**
 * A host as a URL has it: in punycode if it is not ASCII. A host that no URL can have is escaped; browsers refuse it.
 * @param {string} start the text before it
 * @param {string} host
 */
function encodedHost(start, host) {
  if (PLAIN_HOST.test(host)) return host;
  try {
    if (WITH_NAMES.test(start) && !/[\0-\x20]/.test(host)) return new URL(`http://${host}`).hostname;
  } catch {
    // escaped, then
  }
  return escapedText(host);
}

/**
 * The text as a valid URI reference: forbidden characters are percent-encoded as UTF-8, existing escapes stay. A
 * backslash, which browsers read as a slash, is escaped too.
 * @param {string | URL} location
 */
export function uriReference(location) {
  const text = typeof location === "string" ? location : location?.href;
  if (typeof text !== "string")
    throw new TypeError(`c.redirect: a location must be a string or a URL, not ${typeName(location)}`);
  const [begin = "", start = "", user, host = "", port = ""] = AUTHORITY.exec(text) ?? [];
  const [rest, ...fragments] = text.slice(begin.length).split("#");
  const fragment = fragments.length > 0 ? `#${escapedText(fragments.join("#"))}` : "";
  const owner = user === undefined ? "" : `${escapedText(user).replaceAll("@", "%40")}@`;
  return start + owner + encodedHost(start, host) + port + escapedText(rest) + fragment;
}
