// Cookies (RFC 6265bis): reading Cookie and writing Set-Cookie.

import { badArgument, checkOptions, isToken } from "../base/arguments.js";

/**
 * @typedef {object} CookieOptions
 * @property {string} [path] default "/"
 * @property {string} [domain] default: only this host
 * @property {number} [maxAge] seconds from now; 0 or less deletes it. Default: until the browser closes
 * @property {Date} [expires]
 * @property {boolean} [httpOnly]
 * @property {boolean} [secure]
 * @property {"strict" | "lax" | "none"} [sameSite]
 * @property {boolean} [partitioned]
 * @property {"low" | "medium" | "high"} [priority]
 */

const OPTIONS = ["path", "domain", "maxAge", "expires", "httpOnly", "secure", "sameSite", "partitioned", "priority"];

/** An attribute's value has no control character and no `;` (RFC 6265 4.1.1); browsers ignore other forms. */
const PATH = /^\/[\x20-\x3a\x3c-\x7e]*$/;
const DOMAIN = /^\.?[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/i;
const LONGEST_ATTRIBUTE = 1024;

/** Browsers keep no cookie for longer than 400 days (RFC 6265bis 5.5), and none of more than 4,096 bytes. */
const LONGEST = 400 * 24 * 60 * 60;
const LARGEST = 4096;

// ---------------------------------------------------------------- of a request

/** @param {string} raw a value as the header has it */
function decoded(raw) {
  const value = raw.length > 1 && raw.startsWith('"') && raw.endsWith('"') ? raw.slice(1, -1) : raw;
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // another program's cookie, in its own encoding
  }
}

/**
 * The decoded value of the first cookie of that name; undefined if there is none.
 * @param {string} header Cookie
 * @param {string} name
 */
export function cookieOf(header, name) {
  for (let at = 0; at < header.length; ) {
    const found = header.indexOf(";", at);
    const end = found < 0 ? header.length : found;
    const equals = header.indexOf("=", at);
    if (equals >= 0 && equals < end && header.slice(at, equals).trim() === name)
      return decoded(header.slice(equals + 1, end).trim());
    at = end + 1;
  }
  return undefined;
}

/**
 * All of them, by name. The first of several with the same name wins: it has the longest path (RFC 6265 5.4).
 * @param {string} header
 * @returns {Record<string, string>}
 */
export function cookiesOf(header) {
  const pairs = header.split(";").map((pair) => pair.split(/=(.*)/s));
  const named = pairs.filter(([name, value]) => value !== undefined && name.trim() !== "");
  return Object.fromEntries(named.reverse().map(([name, value]) => [name.trim(), decoded(value.trim())]));
}

// ---------------------------------------------------------------- of a response

/**
 * @param {string} name
 * @param {string} detail
 */
function wrong(name, detail) {
  return badArgument(`cookie "${name}": ${detail}`);
}

/**
 * @param {string} name
 * @param {unknown} path
 */
function checkedPath(name, path) {
  if (typeof path === "string" && PATH.test(path) && path.length <= LONGEST_ATTRIBUTE) return path;
  throw wrong(name, `path must begin with "/", in ASCII without ";", unlike ${JSON.stringify(path)}`);
}

/**
 * @param {string} name
 * @param {unknown} domain
 */
function checkedDomain(name, domain) {
  if (typeof domain === "string" && DOMAIN.test(domain)) return domain;
  throw wrong(name, `domain must be the name of a host, in punycode and without a port, not ${JSON.stringify(domain)}`);
}

/**
 * @param {string} name
 * @param {string} option
 * @param {unknown} value
 * @param {string[]} choices
 */
function choice(name, option, value, choices) {
  const text = String(value).toLowerCase();
  if (choices.includes(text)) return text[0].toUpperCase() + text.slice(1);
  throw wrong(name, `${option} must be one of ${choices.join(", ")}, not ${String(value)}`);
}

/**
 * @param {string} name
 * @param {unknown} seconds
 */
function age(name, seconds) {
  if (Number.isInteger(seconds) && Number(seconds) <= LONGEST) return String(seconds);
  throw wrong(name, `maxAge must be an integer of seconds, at most ${LONGEST} (400 days), not ${String(seconds)}`);
}

/**
 * @param {string} name
 * @param {unknown} date
 */
function httpDate(name, date) {
  const text = date instanceof Date ? date.toUTCString() : "";
  if (/ \d{4} /.test(text)) return text;
  throw wrong(name, `expires must be a valid Date, not ${String(date)}`);
}

/**
 * Refuses combinations that make a browser silently drop the cookie.
 * @param {string} name
 * @param {CookieOptions} options
 */
function checkAgreement(name, { secure, httpOnly, sameSite, partitioned, domain, path = "/" }) {
  const needsSecure =
    (/^__(secure|host|http)-/i.test(name) && "a name with that prefix") ||
    (String(sameSite).toLowerCase() === "none" && 'sameSite: "none"') ||
    (partitioned && "partitioned: true");
  if (needsSecure && !secure) throw wrong(name, `${needsSecure} needs secure: true`);
  if (/^__(host-)?http-/i.test(name) && !httpOnly) throw wrong(name, "a name with that prefix needs httpOnly: true");
  if (/^__host-/i.test(name) && (domain !== undefined || path !== "/"))
    throw wrong(name, 'a name with __Host- needs the path "/" and no domain');
}

/**
 * @param {string} name
 * @param {CookieOptions} options
 */
function checkFlags(name, options) {
  for (const flag of /** @type {const} */ (["httpOnly", "secure", "partitioned"])) {
    const value = options[flag] ?? false;
    if (typeof value !== "boolean") throw wrong(name, `${flag} must be true or false, not ${String(value)}`);
  }
}

/**
 * The value of a Set-Cookie. The value is percent-encoded, as `c.cookie` decodes it.
 * @param {string} name
 * @param {string} value
 * @param {CookieOptions} [options]
 */
export function cookieText(name, value, options = {}) {
  if (typeof name !== "string" || !isToken(name))
    throw badArgument(`the name of a cookie must be a token, not ${JSON.stringify(name)}`);
  if (typeof value !== "string") throw wrong(name, `the value must be a string, not ${typeof value}`);
  checkOptions(`the cookie "${name}"`, options, OPTIONS);
  checkFlags(name, options);
  checkAgreement(name, options);
  const { path = "/", domain, maxAge, expires, httpOnly, secure, sameSite, partitioned, priority } = options;
  const pair = `${name}=${encodeURIComponent(value.toWellFormed?.() ?? value)}`;
  if (pair.length - "=".length > LARGEST) throw wrong(name, `name and value must have at most ${LARGEST} bytes`);
  const parts = [pair, `Path=${checkedPath(name, path)}`];
  if (domain !== undefined) parts.push(`Domain=${checkedDomain(name, domain)}`);
  if (maxAge !== undefined) parts.push(`Max-Age=${age(name, maxAge)}`);
  if (expires !== undefined) parts.push(`Expires=${httpDate(name, expires)}`);
  if (httpOnly) parts.push("HttpOnly");
  if (secure) parts.push("Secure");
  if (sameSite !== undefined) parts.push(`SameSite=${choice(name, "sameSite", sameSite, ["strict", "lax", "none"])}`);
  if (partitioned) parts.push("Partitioned");
  if (priority !== undefined) parts.push(`Priority=${choice(name, "priority", priority, ["low", "medium", "high"])}`);
  return parts.join("; ");
}

/**
 * The Set-Cookie that deletes a cookie. Path and domain must be those of the cookie.
 * @param {string} name
 * @param {CookieOptions} [options]
 */
export function deletedCookie(name, options) {
  return cookieText(name, "", { ...options, maxAge: 0, expires: new Date(0) });
}
