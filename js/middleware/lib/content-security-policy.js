// Content Security Policies (CSP Level 3, and what other specifications add to it). Browsers ignore what they do not
// know, so it is an error here.

import { badArgument } from "../../base/arguments.js";

/** @typedef {string | Record<string, string | readonly string[] | boolean>} Csp as a text, or by its directives */

/** Directives whose value is a list of sources. */
const SOURCES = [
  "default-src",
  "child-src",
  "connect-src",
  "fenced-frame-src",
  "font-src",
  "frame-src",
  "img-src",
  "manifest-src",
  "media-src",
  "object-src",
  "script-src",
  "script-src-attr",
  "script-src-elem",
  "style-src",
  "style-src-attr",
  "style-src-elem",
  "worker-src",
  "base-uri",
  "form-action",
  "frame-ancestors",
];

/** Directives that have no value. */
const BARE = ["block-all-mixed-content", "upgrade-insecure-requests"];

const DIRECTIVES = new Set([
  ...SOURCES,
  ...BARE,
  "report-to",
  "report-uri",
  "require-trusted-types-for",
  "sandbox",
  "trusted-types",
  "webrtc",
]);

/** Keywords without their quotes. Browsers take them for names of hosts. */
const UNQUOTED = RegExp(
  "^(self|none|report-sample|strict-dynamic|unsafe-(eval|hashes|inline)|wasm-unsafe-eval|nonce(-.*)?|" +
    "sha(256|384|512)-.*)$",
  "i",
);

/**
 * Checks a policy, and returns its text.
 * @param {string} call
 * @param {unknown} policy
 */
export function policyText(call, policy) {
  const directives = typeof policy === "string" ? split(policy) : written(call, policy);
  if (directives.length === 0) throw badArgument(`${call} must have at least one directive`);
  const seen = new Set();
  for (const directive of directives) checkDirective(call, directive, seen);
  return directives.map((words) => words.join(" ")).join("; ");
}

/**
 * The directives of a text, each as a list of words.
 * @param {string} policy
 */
function split(policy) {
  const texts = policy.split(";").map((directive) => directive.trim());
  return texts.filter((text) => text !== "").map((text) => text.split(/\s+/));
}

/**
 * The directives of an object. Names may be written as properties are: `defaultSrc` is `default-src`.
 * @param {string} call
 * @param {unknown} policy
 */
function written(call, policy) {
  if (typeof policy !== "object" || policy === null)
    throw badArgument(`${call} must be a policy, or false to omit it`);
  const given = Object.entries(policy).filter(([, value]) => value !== false && value !== undefined);
  return given.map(([key, value]) => {
    const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const words = value === true && BARE.includes(name) ? [] : [value].flat();
    // A value must not end its directive, as ";" would, or the policy, as "," would.
    if (words.every((word) => typeof word === "string" && /^[^;,]*$/.test(word)))
      return [name, ...words.filter((word) => word !== "")];
    throw badArgument(
      `${call}: the value of ${key} must be a string or an array of strings without "," and ";", as in ` +
        `{ "script-src": ["'self'", "https:"] }`,
    );
  });
}

/**
 * @param {string} call
 * @param {string[]} directive
 * @param {Set<string>} seen the names of the directives before it
 */
function checkDirective(call, [given, ...words], seen) {
  const name = given.toLowerCase();
  if (!DIRECTIVES.has(name))
    throw badArgument(`${call}: a directive must be one of ${[...DIRECTIVES].join(", ")}, not ${given}`);
  if (seen.has(name)) throw badArgument(`${call}: the directive ${name} appears twice; browsers ignore the second`);
  seen.add(name);
  if (BARE.includes(name) && words.length > 0) throw badArgument(`${call}: the directive ${name} takes no value`);
  if (!SOURCES.includes(name)) return;
  const bare = words.flatMap((word) => word.split(/\s+/)).find((word) => UNQUOTED.test(word));
  if (bare !== undefined) throw badArgument(`${call}: ${name}: without quotes ${bare} is a host; write "'${bare}'"`);
}
