/* Hosts: of routes (`:tenant.example.com`) and of requests (the authority of an absolute URL). */
import { OracleError } from "./error.mjs";
import { bytesOf, latin1 } from "./units.mjs";

const LIMITS = { host: 255, labels: 32, authority: 4096 };

const bad = (offset, message) => {
  throw new OracleError("BAD_HOST", offset, message);
};

const ADDRESS = /^\[[0-9A-Fa-f:.]{2,}\]$/;

const withoutLastDot = (host) => host.replace(/\.$/, "");

/** The first byte at or after `at` that is none of `known`, reported as `message`. */
function refuseStray(text, at, known, message) {
  const length = new RegExp(`^[${known}]*`).exec(text)[0].length;
  if (length < text.length) bad(at + length, message);
}

/** One label that begins at `at`: { text } or { name }. */
function readLabel(label, at, { star, names }) {
  if (label === "") bad(at, "an empty label");
  if (label[0] !== ":") {
    refuseStray(label, at, "A-Za-z0-9_-", "a character that no host has");
    return { text: label.toLowerCase() };
  }
  if (star) bad(at, "a host with a * has no parameters");
  const name = label.slice(1);
  if (!/^[A-Za-z_]/.test(name)) bad(at, "a parameter needs a name");
  refuseStray(name, at + 1, "A-Za-z0-9_", "a parameter is a whole label");
  if (names.includes(name)) bad(at + 1, `the name ${name} is used twice`);
  names.push(name);
  return { name, offset: at };
}

function readLabels(text) {
  const star = text.startsWith("*.");
  const names = [];
  const labels = [];
  let at = star ? 2 : 0;
  for (const label of text.slice(at).split(".")) {
    labels.push(readLabel(label, at, { star, names }));
    if (names.length > 0 && labels.length > LIMITS.labels) bad(at, "too many labels for a host with parameters");
    at += label.length + 1;
  }
  return { star, labels, names };
}

/** What an IPv6 address is not. */
function refuseAddress(text) {
  const stray = 1 + /^[0-9A-Fa-f:.]*/.exec(text.slice(1))[0].length;
  return bad(text[stray] === "]" && stray > 2 ? stray + 1 : stray, "no IPv6 address");
}

const isAddress = (text) => text.startsWith("[");

/** The shape: what it matches, without the names. */
const shapeOf = (star, labels) => (star ? "*." : "") + labels.map((label) => label.text ?? ":").join(".");

/**
 * Reads a route's host.
 * @param {string} host
 * @returns {{ shape: string, names: string[], offsets: number[], order: number[], match: Function }} `offsets`: of the
 * parameters; `order`: where such a host is in match order, as a vector; `match`: of a request's host gives the
 * spans of the parameters in it, null where it is another host. null: no host.
 */
export function readHost(host) {
  const bytes = bytesOf(host);
  if (bytes.length > LIMITS.host) bad(LIMITS.host, "a host that is too long");
  if (host === "") return null;
  const text = withoutLastDot(latin1(bytes));
  if (isAddress(text)) return readAddress(text);
  const { star, labels, names } = readLabels(text);
  const offsets = labels.filter(({ name }) => name !== undefined).map(({ offset }) => offset);
  const shape = shapeOf(star, labels);
  if (star) return { shape, names, offsets, order: [2, -shape.length], match: matchSuffix(shape.slice(1)) };
  if (names.length === 0) return exact(shape);
  const order = [1, names.length, ...labels.map(({ name }) => (name === undefined ? 0 : 1))];
  return { shape, names, offsets, order, match: matchLabels(labels) };
}

function exact(shape) {
  const match = (requested) => (requested.toLowerCase() === shape ? [] : null);
  return { shape, names: [], offsets: [], order: [0], match };
}

const readAddress = (text) => exact(ADDRESS.test(text) ? text.toLowerCase() : refuseAddress(text));

const matchSuffix = (suffix) => (requested) => {
  const matches = requested.length > suffix.length && requested.toLowerCase().endsWith(suffix);
  return matches && !isAddress(requested) ? [] : null;
};

const matchLabels = (labels) => (requested) => {
  const given = requested.split(".");
  const fits = ({ text }, index) => (text === undefined ? given[index] !== "" : given[index].toLowerCase() === text);
  if (isAddress(requested) || given.length !== labels.length || !labels.every(fits)) return null;
  const starts = given.map((_, index) => given.slice(0, index).join("").length + index);
  const spans = starts.map((start, index) => [start, start + given[index].length]);
  return spans.filter((_, index) => labels[index].text === undefined);
};

/* ------------------------------------------------------------------ requests */

/* What is nowhere allowed in an authority (WHATWG URL: forbidden host code points), as far as its parts allow it. */
const FORBIDDEN = /[\0- \x7f"<>\\^`{|}]/;
const HOST_AND_PORT = /^(\[[0-9A-Fa-f:.]{2,}\]|[^[\]:]+)(?::[0-9]*)?$/;

/**
 * The authority of an absolute URL.
 * @param {Uint8Array} url
 * @returns {{ path: number, host: string, start: number } | null} where the path begins, the host without its last
 * dot as one character a byte, and where it begins; null without a scheme or a proper authority
 */
export function readAuthority(url) {
  const head = latin1(url.subarray(0, LIMITS.authority + 1));
  const found = /^([A-Za-z][A-Za-z0-9+.-]*:\/\/)([^/?#]*)/.exec(head);
  if (!found || found[0].length > LIMITS.authority || FORBIDDEN.test(found[2])) return null;
  const userEnd = found[2].lastIndexOf("@") + 1;
  const host = HOST_AND_PORT.exec(found[2].slice(userEnd))?.[1];
  if (!host) return null;
  return { path: found[0].length, host: withoutLastDot(host), start: found[1].length + userEnd };
}
