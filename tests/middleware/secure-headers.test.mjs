import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router, WyeError } from "#wye";
import { secureHeaders } from "#wye/middleware.js";

async function headersOf(options, path = "/x") {
  const app = new Router().use(secureHeaders(options));
  app.get("/x", () => new Response(null));
  app.get("/page", (c) => c.html(`<script nonce="${c.get("nonce")}">`));
  app.get("/frame", (c) => (c.header("x-frame-options", "DENY"), c.html("")));
  app.get("/fails", () => { throw new HttpError(409); });
  app.get("/elsewhere", () => Response.redirect("http://other/"));
  return app.request(`https://h${path}`).then(async ({ headers, body, status }) => ({
    status,
    fields: Object.fromEntries(headers),
    text: body === null ? "" : await new Response(body).text(),
  }));
}

const USUAL = {
  "content-security-policy": "base-uri 'self'; object-src 'none'; frame-ancestors 'self'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "origin-agent-cluster": "?1",
  "referrer-policy": "strict-origin-when-cross-origin",
  "strict-transport-security": "max-age=31536000",
  "x-content-type-options": "nosniff",
  "x-frame-options": "SAMEORIGIN",
};

test("the default fields", async () => assert.deepEqual((await headersOf()).fields, USUAL));

test("misses, errors, and a redirect whose headers cannot be changed have it too", async () => {
  for (const [path, status] of [["/none", 404], ["/fails", 409], ["/elsewhere", 302]]) {
    const answer = await headersOf({}, path);
    assert.equal(answer.status, status);
    for (const [name, value] of Object.entries(USUAL)) assert.equal(answer.fields[name], value, `${path} ${name}`);
  }
});

test("Strict-Transport-Security is not sent over http:, where browsers ignore it (RFC 6797 7.2)", async () => {
  const app = new Router().use(secureHeaders()).get("/x", (c) => c.text(""));
  for (const [scheme, is] of [["http", null], ["https", "max-age=31536000"]]) {
    const { headers } = await app.request(`${scheme}://h/x`);
    assert.equal(headers.get("strict-transport-security"), is);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
  }
});

test("it waits for nothing", () => {
  const app = new Router().use(secureHeaders()).get("/x", (c) => c.text(""));
  assert.ok(app.fetch(new Request("http://h/x")) instanceof Response);
});

/** Each option by the field that it sets. */
const OPTIONS = {
  contentSecurityPolicy: "content-security-policy",
  contentSecurityPolicyReportOnly: "content-security-policy-report-only",
  crossOriginEmbedderPolicy: "cross-origin-embedder-policy",
  crossOriginOpenerPolicy: "cross-origin-opener-policy",
  crossOriginResourcePolicy: "cross-origin-resource-policy",
  originAgentCluster: "origin-agent-cluster",
  permissionsPolicy: "permissions-policy",
  referrerPolicy: "referrer-policy",
  strictTransportSecurity: "strict-transport-security",
  xContentTypeOptions: "x-content-type-options",
  xFrameOptions: "x-frame-options",
};

const VALUES = {
  contentSecurityPolicy: ["default-src 'none'", "DEFAULT-SRC https:; report-to csp"],
  contentSecurityPolicyReportOnly: ["sandbox allow-forms allow-scripts"],
  crossOriginEmbedderPolicy: ["require-corp", 'credentialless; report-to="coep"'],
  crossOriginOpenerPolicy: ["same-origin-allow-popups"],
  crossOriginResourcePolicy: ["cross-origin"],
  originAgentCluster: ["?0"],
  permissionsPolicy: ["camera=(), geolocation=(self)"],
  referrerPolicy: ["no-referrer", "no-referrer, strict-origin-when-cross-origin"],
  strictTransportSecurity: ["max-age=63072000; includeSubDomains; preload", "max-age=0"],
  xContentTypeOptions: ["nosniff"],
  xFrameOptions: ["DENY"],
};

for (const [option, field] of Object.entries(OPTIONS)) {
  test(`${option} can be set and switched off`, async () => {
    for (const value of VALUES[option])
      assert.deepEqual((await headersOf({ [option]: value })).fields, { ...USUAL, [field]: value });
    const { [field]: _, ...others } = USUAL;
    assert.deepEqual((await headersOf({ [option]: false })).fields, others);
    assert.deepEqual((await headersOf({ [option]: undefined })).fields, USUAL);
  });
}

test("a handler changes a field for its own response", async () => {
  assert.equal((await headersOf({}, "/frame")).fields["x-frame-options"], "DENY");
});

const POLICIES = [
  [{ "default-src": "'self'" }, "default-src 'self'"],
  [{ "script-src": ["'self'", "https:"], "img-src": "*" }, "script-src 'self' https:; img-src *"],
  [{ "upgrade-insecure-requests": "", "sandbox": [] }, "upgrade-insecure-requests; sandbox"],
  [{ defaultSrc: ["'self'"] }, "default-src 'self'"],
  [{ scriptSrcElem: "'self'", upgradeInsecureRequests: true }, "script-src-elem 'self'; upgrade-insecure-requests"],
  [{ upgradeInsecureRequests: [], blockAllMixedContent: false, imgSrc: undefined }, "upgrade-insecure-requests"],
  [{ "require-trusted-types-for": "'script'", "trustedTypes": ["default", "'allow-duplicates'"] },
    "require-trusted-types-for 'script'; trusted-types default 'allow-duplicates'"],
  [{ reportTo: "csp", reportUri: "/csp", frameAncestors: "'none'", fontSrc: [] },
    "report-to csp; report-uri /csp; frame-ancestors 'none'; font-src"],
  [" default-src  'self' ;; img-src *; ", "default-src 'self'; img-src *"],
];

for (const [policy, text] of POLICIES) {
  test(`the policy ${JSON.stringify(policy)}`, async () => {
    for (const option of ["contentSecurityPolicy", "contentSecurityPolicyReportOnly"])
      assert.equal((await headersOf({ [option]: policy })).fields[OPTIONS[option]], text);
  });
}

test("a nonce is new for each request, and the page has that of its own policy", async () => {
  const seen = new Set();
  const policies = [
    { "script-src": ["'self'", "'nonce'"], "style-src": "'nonce'" },
    "script-src 'self' 'nonce'; style-src 'nonce'",
  ];
  for (const contentSecurityPolicy of [...policies, ...policies]) {
    const { fields, text } = await headersOf({ contentSecurityPolicy }, "/page");
    const [, nonce] = /^<script nonce="([A-Za-z0-9+/]{22}==)">$/.exec(text);
    assert.equal(fields["content-security-policy"], `script-src 'self' 'nonce-${nonce}'; style-src 'nonce-${nonce}'`);
    seen.add(nonce);
  }
  assert.equal(seen.size, 4);
});

test("only a policy has nonces", async () => {
  const { fields } = await headersOf({ permissionsPolicy: "a='nonce'", contentSecurityPolicy: "script-src 'nonce'" });
  assert.equal(fields["permissions-policy"], "a='nonce'");
  assert.match(fields["content-security-policy"], /^script-src 'nonce-.{24}'$/);
});

const WRONG = [
  { xFrameOption: "DENY" },
  { toString: "x" },
  { xFrameOptions: true },
  { xFrameOptions: "" },
  { referrerPolicy: "a\r\nset-cookie: b" },
  { contentSecurityPolicy: {} },
  { contentSecurityPolicy: { "script-src": "'self'; default-src *" } },
  { contentSecurityPolicy: { "script-src": ["a", "b,c"] } },
  { contentSecurityPolicy: { "script src": "a" } },
  { permissionsPolicy: { camera: "()" } },
  { permissionsPolicy: "camera 'none'" },
  { xFrameOptions: "ALLOW-FROM https://one.example" },
  { xContentTypeOptions: "no-sniff" },
  { referrerPolicy: "none" },
  { strictTransportSecurity: "31536000" },
  { originAgentCluster: "1" },
  { crossOriginOpenerPolicy: "same-site" },
  { contentSecurityPolicy: "" },
  { contentSecurityPolicy: "defaultSrc 'self'" },
  { contentSecurityPolicy: { defaultSource: "'self'" } },
  { contentSecurityPolicy: { "plugin-types": "a/b" } },
  { contentSecurityPolicy: { "defaultSrc": "'self'", "default-src": "*" } },
  { contentSecurityPolicy: "img-src *; img-src 'self'" },
  { contentSecurityPolicy: { defaultSrc: "self" } },
  { contentSecurityPolicy: { scriptSrc: ["https:", "unsafe-inline"] } },
  { contentSecurityPolicy: "script-src nonce-abc" },
  { contentSecurityPolicy: { upgradeInsecureRequests: "1" } },
  { contentSecurityPolicy: { defaultSrc: true } },
  { contentSecurityPolicy: { defaultSrc: [7] } },
  { contentSecurityPolicy: { defaultSrc: null } },
  { contentSecurityPolicy: true },
];

for (const options of WRONG) {
  test(`${JSON.stringify(options)} is refused when the middleware is made`, () => {
    assert.throws(() => secureHeaders(options), (error) => error instanceof WyeError && error.code === "BAD_ARGUMENT");
  });
}

test("the errors name the directive and the option, and the known ones", () => {
  const policy = (contentSecurityPolicy) => () => secureHeaders({ contentSecurityPolicy });
  const start = "bad argument: secureHeaders: contentSecurityPolicy: ";
  assert.throws(policy({ defaultSource: "*" }), (error) => {
    return error.message.startsWith(`${start}a directive must be one of default-src, child-src, `);
  });
  const message = `${start}img-src: without quotes self is a host; write "'self'"`;
  assert.throws(policy({ imgSrc: "self" }), { message });
  assert.throws(() => secureHeaders({ hsts: false }), /secureHeaders has no option hsts; its options are contentSec/);
});
