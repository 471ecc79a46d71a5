import { badArgument } from "../arguments.js";
import { isToken } from "./checks.js";

/** @typedef {import("#app").Context} Context */
/** @typedef {string | Record<string, string | readonly string[]>} Csp a policy, as a text or by its directives */

/**
 * The fields, by the options that set them, and what they say if nothing else is wanted.
 * @type {Record<string, [field: string, value: string | false]>}
 */
const FIELDS = {
  contentSecurityPolicy: ["content-security-policy", "base-uri 'self'; object-src 'none'; frame-ancestors 'self'"],
  contentSecurityPolicyReportOnly: ["content-security-policy-report-only", false],
  crossOriginEmbedderPolicy: ["cross-origin-embedder-policy", false],
  crossOriginOpenerPolicy: ["cross-origin-opener-policy", "same-origin"],
  crossOriginResourcePolicy: ["cross-origin-resource-policy", "same-origin"],
  originAgentCluster: ["origin-agent-cluster", "?1"],
  permissionsPolicy: ["permissions-policy", false],
  referrerPolicy: ["referrer-policy", "strict-origin-when-cross-origin"],
  strictTransportSecurity: ["strict-transport-security", "max-age=31536000"],
  xContentTypeOptions: ["x-content-type-options", "nosniff"],
  xFrameOptions: ["x-frame-options", "SAMEORIGIN"],
};

/** Stands in a policy for the nonce of the request. */
const NONCE = "'nonce'";

/**
 * Header fields that tell browsers to be careful, on every response. A text replaces a default, `false` switches the
 * field off. A handler changes one for its own answer by `c.header(name, value)`.
 *
 * In a Content-Security-Policy (CSP Level 3) `'nonce'` stands for `'nonce-<random>'`, another one for each request;
 * `c.get("nonce")` is what to write into the page: `<script nonce="...">`. Do not cache such a page.
 *
 *     secureHeaders({ contentSecurityPolicy: { "default-src": "'self'", "script-src": ["'self'", "'nonce'"] } })
 *
 * The default policy forbids only what hardly any page needs: plugins, a base URL of another origin, being framed by
 * others. Strict-Transport-Security (RFC 6797) is for this host alone, as its subdomains may be somebody else's.
 * Allocates nothing without a nonce.
 * @param {object} [options]
 * @param {Csp | false} [options.contentSecurityPolicy] default `base-uri 'self'; object-src 'none'; frame-ancestors
 *   'self'`
 * @param {Csp | false} [options.contentSecurityPolicyReportOnly] default off
 * @param {string | false} [options.crossOriginEmbedderPolicy] default off
 * @param {string | false} [options.crossOriginOpenerPolicy] default `same-origin`
 * @param {string | false} [options.crossOriginResourcePolicy] default `same-origin`: other origins cannot embed the
 *   answers; with `cors` they still can read them. For images that all may show: `cross-origin`
 * @param {string | false} [options.originAgentCluster] default `?1`
 * @param {string | false} [options.permissionsPolicy] default off
 * @param {string | false} [options.referrerPolicy] default `strict-origin-when-cross-origin`
 * @param {string | false} [options.strictTransportSecurity] default `max-age=31536000`; heeded over HTTPS only
 * @param {string | false} [options.xContentTypeOptions] default `nosniff`
 * @param {string | false} [options.xFrameOptions] default `SAMEORIGIN`
 */
export function secureHeaders(options = {}) {
  const fields = readFields(options);
  const withNonce = fields.some(({ wantsNonce }) => wantsNonce);
  return (/** @type {Context} */ c) => {
    const nonce = withNonce ? newNonce() : "";
    if (withNonce) c.set("nonce", nonce);
    for (const { name, value, wantsNonce } of fields)
      c.header(name, wantsNonce ? value.replaceAll(NONCE, `'nonce-${nonce}'`) : value);
    return c.next();
  };
}

/** 128 random bits in base64: the browser compares, nobody may guess. */
function newNonce() {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
}

// ---------------------------------------------------------------- options

/** @param {Record<string, unknown>} options */
function readFields(options) {
  for (const option of Object.keys(options))
    if (!Object.hasOwn(FIELDS, option))
      throw badArgument(`secureHeaders: there is no option ${option}; there are ${Object.keys(FIELDS).join(", ")}`);
  const fields = [];
  for (const [option, [name, usual]] of Object.entries(FIELDS)) {
    const given = options[option] ?? usual;
    if (given === false) continue;
    const policy = name.startsWith("content-security-policy");
    const value = checkValue(option, policy && typeof given === "object" ? directives(given) : given);
    fields.push({ name, value, wantsNonce: policy && value.includes(NONCE) });
  }
  return fields;
}

/**
 * @param {string} option
 * @param {unknown} value
 */
function checkValue(option, value) {
  if (typeof value === "string" && /^[\x20-\x7e]+$/.test(value)) return value;
  throw badArgument(`secureHeaders: ${option} is a text of ASCII characters in one line, or false to switch it off`);
}

/**
 * The text of a policy. What stands in a directive may not end it: that needs a `;`, and a `,` would end the policy.
 * @param {object} policy
 */
function directives(policy) {
  const texts = Object.entries(policy).map(([name, values]) => {
    const text = [name, ...(Array.isArray(values) ? values : [values])].filter((part) => part !== "").join(" ");
    if (isToken(name) && !/[;,]/.test(text)) return text;
    throw badArgument(`secureHeaders: directive ${JSON.stringify(name)}: write { "script-src": ["'self'", "https:"] }`);
  });
  return texts.join("; ");
}
