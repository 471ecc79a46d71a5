import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpError, Router, WyeError } from "wye";
import { secureHeaders } from "wye/middleware";

async function headersOf(options, path = "/x") {
  const app = new Router().use(secureHeaders(options));
  app.get("/x", () => new Response(null));
  app.get("/page", (c) => c.html(`<script nonce="${c.get("nonce")}">`));
  app.get("/frame", (c) => (c.header("x-frame-options", "DENY"), c.html("")));
  app.get("/fails", () => { throw new HttpError(409); });
  app.get("/elsewhere", () => Response.redirect("http://other/"));
  return app.request(path).then(async ({ headers, body, status }) => ({
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

test("the usual set", async () => assert.deepEqual((await headersOf()).fields, USUAL));

test("misses, errors, and a redirect whose headers cannot be changed have it too", async () => {
  for (const [path, status] of [["/none", 404], ["/fails", 409], ["/elsewhere", 302]]) {
    const answer = await headersOf({}, path);
    assert.equal(answer.status, status);
    for (const [name, value] of Object.entries(USUAL)) assert.equal(answer.fields[name], value, `${path} ${name}`);
  }
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

for (const [option, field] of Object.entries(OPTIONS)) {
  test(`${option} can be set and switched off`, async () => {
    assert.deepEqual((await headersOf({ [option]: "some thing" })).fields, { ...USUAL, [field]: "some thing" });
    const { [field]: _, ...others } = USUAL;
    assert.deepEqual((await headersOf({ [option]: false })).fields, others);
    assert.deepEqual((await headersOf({ [option]: undefined })).fields, USUAL);
  });
}

test("a handler changes a field for its own answer", async () => {
  assert.equal((await headersOf({}, "/frame")).fields["x-frame-options"], "DENY");
});

const POLICIES = [
  [{ "default-src": "'self'" }, "default-src 'self'"],
  [{ "script-src": ["'self'", "https:"], "img-src": "*" }, "script-src 'self' https:; img-src *"],
  [{ "upgrade-insecure-requests": "", "sandbox": [] }, "upgrade-insecure-requests; sandbox"],
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
  const { fields } = await headersOf({ permissionsPolicy: "'nonce'", contentSecurityPolicy: "script-src 'nonce'" });
  assert.equal(fields["permissions-policy"], "'nonce'");
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
];

for (const options of WRONG) {
  test(`${JSON.stringify(options)} is refused when the middleware is made`, () => {
    assert.throws(() => secureHeaders(options), (error) => error instanceof WyeError && error.code === "BAD_ARGUMENT");
  });
}
