import { badArgument, checkOptions } from "../base/arguments.js";
import { policyText } from "./lib/content-security-policy.js";

/**
 * @typedef {import("#app").Context} Context
 * @typedef {import("./lib/content-security-policy.js").Csp} Csp
 *
 * @typedef {object} SecureHeadersOptions a text replaces the default, `false` omits the field
 * @property {Csp | false} [contentSecurityPolicy] default `base-uri 'self'; object-src 'none'; frame-ancestors 'self'`
 * @property {Csp | false} [contentSecurityPolicyReportOnly] default: none
 * @property {string | false} [crossOriginEmbedderPolicy] default: none
 * @property {string | false} [crossOriginOpenerPolicy] default `same-origin`
 * @property {string | false} [crossOriginResourcePolicy] default `same-origin`: other origins cannot embed the
 *   responses; with `cors` they can still read them. For images that any site may show: `cross-origin`
 * @property {string | false} [originAgentCluster] default `?1`
 * @property {string | false} [permissionsPolicy] default: none
 * @property {string | false} [referrerPolicy] default `strict-origin-when-cross-origin`
 * @property {string | false} [strictTransportSecurity] default `max-age=31536000`. Not sent over `http:`, as RFC 6797
 *   says: if a proxy before the app terminates TLS, let the proxy send it
 * @property {string | false} [xContentTypeOptions] default `nosniff`
 * @property {string | false} [xFrameOptions] default `SAMEORIGIN`
 *
 * @typedef {object} Field
 * @property {string} name
 * @property {string} value
 * @property {boolean} wantsNonce
 */

const REPORT_TO = String.raw`(; ?report-to="[^"]+")?`;
const TOKENS = "(no-referrer|no-referrer-when-downgrade|origin|origin-when-cross-origin|same-origin|strict-origin|" +
  "strict-origin-when-cross-origin|unsafe-url)";

/**
 * By option: the field, its default, and the form that browsers understand.
 * @type {Record<string, [field: string, value: string | false, form: RegExp]>}
 */
const FIELDS = {
  contentSecurityPolicy: ["content-security-policy", "base-uri 'self'; object-src 'none'; frame-ancestors 'self'", /./],
  contentSecurityPolicyReportOnly: ["content-security-policy-report-only", false, /./],
  crossOriginEmbedderPolicy: [
    "cross-origin-embedder-policy",
    false,
    RegExp(`^(unsafe-none|require-corp|credentialless)${REPORT_TO}$`),
  ],
  crossOriginOpenerPolicy: [
    "cross-origin-opener-policy",
    "same-origin",
    RegExp(`^(unsafe-none|same-origin|same-origin-allow-popups|noopener-allow-popups)${REPORT_TO}$`),
  ],
  crossOriginResourcePolicy: ["cross-origin-resource-policy", "same-origin", /^(same-origin|same-site|cross-origin)$/],
  originAgentCluster: ["origin-agent-cluster", "?1", /^\?[01]$/],
  permissionsPolicy: ["permissions-policy", false, /^[a-z][a-z0-9-]*=/],
  referrerPolicy: ["referrer-policy", "strict-origin-when-cross-origin", RegExp(`^${TOKENS}(, ?${TOKENS})*$`)],
  strictTransportSecurity: ["strict-transport-security", "max-age=31536000", /^max-age="?\d+"?(;\s*\w+)*;?$/i],
  xContentTypeOptions: ["x-content-type-options", "nosniff", /^nosniff$/i],
  xFrameOptions: ["x-frame-options", "SAMEORIGIN", /^(DENY|SAMEORIGIN)$/i],
};

/** A placeholder in a policy, which the request's nonce replaces. */
const NONCE = "'nonce'";

/**
 * Sets security header fields on every response. A handler can change one for its own response with
 * `c.header(name, value)`.
 *
 * In a Content-Security-Policy (CSP Level 3), `'nonce'` becomes `'nonce-<random>'`, a new one for each request. Write
 * `c.get("nonce")` into the page: `<script nonce="...">`. Do not cache such a page.
 *
 *     secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'self'"], scriptSrc: ["'self'", "'nonce'"] } })
 *
 * The default policy forbids only what hardly any page needs: plugins, a base URL of another origin, and frames in
 * pages of other origins. Strict-Transport-Security (RFC 6797) covers only this host, as its subdomains may belong to
 * others. What browsers would ignore, such as an unknown directive, is an error.
 * @param {SecureHeadersOptions} [options]
 * @returns {import("#app").Middleware}
 */
export function secureHeaders(options = {}) {
  const fields = readFields(options);
  const withNonce = fields.some(({ wantsNonce }) => wantsNonce);
  return (/** @type {Context} */ c, /** @type {any} */ next) => {
    const nonce = withNonce ? newNonce() : "";
    if (withNonce) c.set("nonce", nonce);
    const isSecure = c.url.startsWith("https:");
    for (const { name, value, wantsNonce } of fields)
      if (isSecure || name !== "strict-transport-security")
        c.header(name, wantsNonce ? value.replaceAll(NONCE, `'nonce-${nonce}'`) : value);
    return next();
  };
}

/** 128 random bits in base64. */
function newNonce() {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
}

// ---------------------------------------------------------------- options

/**
 * @param {SecureHeadersOptions} options
 * @returns {Field[]}
 */
function readFields(options) {
  checkOptions("secureHeaders", options, Object.keys(FIELDS));
  const fields = [];
  for (const [option, [name, usual, form]] of Object.entries(FIELDS)) {
    const given = /** @type {Record<string, unknown>} */ (options)[option] ?? usual;
    if (given === false) continue;
    const isPolicy = name.startsWith("content-security-policy");
    const value = checkedValue(option, isPolicy ? policyText(`secureHeaders: ${option}`, given) : given, form);
    fields.push({ name, value, wantsNonce: isPolicy && value.includes(NONCE) });
  }
  return fields;
}

/**
 * @param {string} option
 * @param {unknown} value
 * @param {RegExp} form
 */
function checkedValue(option, value, form) {
  if (typeof value !== "string" || !/^[\x20-\x7e]+$/.test(value))
    throw badArgument(`secureHeaders: ${option} must be one line of ASCII characters, or false to omit it`);
  if (form.test(value)) return value;
  throw badArgument(`secureHeaders: ${option} must be a value that browsers know, not ${JSON.stringify(value)}`);
}
