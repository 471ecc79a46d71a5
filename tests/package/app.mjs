// An app of twenty routes, with what is likely to differ between runtimes: bodies, streams, cookies, errors, HEAD.
// REQUESTS has the answers; it is data alone, so that a driver outside of the runtime can send the same requests.

const SECRET = "a secret of thirty-two characters";

/** @param {any} wye what "wye", "wye/middleware" and "wye/cookies" export */
export function makeApp({ Router, HttpError, cors, etag, requestId, getSignedCookie, setSignedCookie }) {
  const app = new Router({ trailingSlash: "redirect", maxBody: 1000 });
  app.use("/api/*", cors({ origin: "https://example.com" }));
  app.use("/api/me", async (c, next) => {
    if (c.header("authorization") !== "Bearer token") throw new HttpError(401, "no token");
    c.set("user", "ada");
    return next();
  });
  app.onError((error, c) => c.json({ error: error.message }, { status: error.status ?? 500 }));

  app.get("/", (c) => c.text("home"));
  app.get("/users", (c) => c.json([{ id: 1 }]));
  app.post("/users", async (c) => c.json(await c.readJson(), { status: 201 }));
  app.get("/users/:id<int>", (c) => c.json({ id: c.param("id") }));
  app.get("/users/:name", (c) => c.text(`${c.param("name")} ${c.method}`));
  app.delete("/users/:id<int>", (c) => c.body(null, { status: 204 }));
  app.get("/users/:id/posts/:post?", (c) => c.json({ id: c.param("id"), post: c.param("post") ?? null }));
  app.get("/files/*path", (c) => c.text(c.param("path")));
  app.get("/search", (c) => c.json({ q: c.query("q") ?? null }));
  app.get("/api/me", (c) => c.text(c.get("user")));
  app.get("/api/time", requestId({ generator: () => "the-id" }), (c) => c.text("noon"));
  app.get("/etag", etag(), (c) => c.text("the same each time"));
  app.get("/html", (c) => c.html("<p>für alle</p>"));
  app.get("/go", (c) => c.redirect("/users"));
  app.get("/stream", (c) => c.stream(async function* () {
    yield "one ";
    yield "two";
  }));
  app.get("/events", (c) => c.events(async (send) => send.event({ event: "tick", data: "1" })));
  app.get("/login", async (c) => {
    await setSignedCookie(c, "session", "ada", SECRET);
    return c.text("hello");
  });
  app.get("/session", async (c) => c.text(String(await getSignedCookie(c, SECRET, "session"))));
  app.get("/raw", () => new Response("raw", { headers: { "x-raw": "1" } }));
  app.all("/fails", () => {
    throw new Error("it fails");
  });
  return app;
}

// What /login sets.
const SIGNED = "session=ada.j59my2ecgFlNvLmUeDj14kAL47Uebp__gRSN39BvGsw";

const JSON_TYPE = { "content-type": "application/json" };

/**
 * `fields`: the response's, or null: it must not have it.
 * @typedef {{ path: string, method?: string, headers?: object, body?: string, status: number, text?: string,
 *   fields?: Record<string, string | null> }} Asked
 * @type {Asked[]}
 */
export const REQUESTS = [
  { path: "/", status: 200, text: "home" },
  { path: "/users", status: 200, text: '[{"id":1}]' },
  { path: "/users/", status: 301, fields: { location: "/users" } },
  { path: "/users", method: "POST", headers: JSON_TYPE, body: '{"a":"ü"}', status: 201, text: '{"a":"ü"}' },
  { path: "/users", method: "POST", headers: JSON_TYPE, body: "{", status: 400 },
  { path: "/users", method: "POST", headers: JSON_TYPE, body: JSON.stringify("x".repeat(1000)), status: 413 },
  { path: "/users/42", status: 200, text: '{"id":"42"}' },
  { path: "/users/caf%C3%A9", status: 200, text: "café GET" },
  { path: "/users/42", method: "DELETE", status: 204, text: "" },
  { path: "/users/42", method: "PUT", status: 405, fields: { allow: "DELETE, GET, HEAD, OPTIONS" } },
  { path: "/users/42/posts", status: 200, text: '{"id":"42","post":null}' },
  { path: "/users/42/posts/%F0%9F%98%80", status: 200, text: '{"id":"42","post":"😀"}' },
  { path: "/files/a/b%20c.txt", status: 200, text: "a/b c.txt" },
  { path: "/search?q=a%26b&q=2", status: 200, text: '{"q":"a&b"}' },
  { path: "/api/me", status: 401, text: '{"error":"no token"}' },
  { path: "/api/me", headers: { authorization: "Bearer token" }, status: 200, text: "ada" },
  { path: "/api/time", headers: { origin: "https://example.com" }, status: 200, text: "noon",
    fields: { "access-control-allow-origin": "https://example.com", "x-request-id": "the-id" } },
  { path: "/etag", status: 200, text: "the same each time" },
  { path: "/html", status: 200, text: "<p>für alle</p>", fields: { "content-type": "text/html;charset=UTF-8" } },
  { path: "/go", status: 302, fields: { location: "/users" } },
  { path: "/stream", status: 200, text: "one two" },
  { path: "/login", status: 200, text: "hello" },
  { path: "/session", status: 200, text: "undefined" },
  { path: "/session", headers: { cookie: SIGNED }, status: 200, text: "ada" },
  { path: "/session", headers: { cookie: SIGNED.replace("ada", "bob") }, status: 200, text: "undefined" },
  { path: "/raw", status: 200, text: "raw", fields: { "x-raw": "1" } },
  { path: "/fails", status: 500, text: '{"error":"it fails"}' },
  { path: "/nowhere", status: 404 },
  { path: "/users/42", method: "HEAD", status: 200 }, // who takes the body off is the host's affair
];

/**
 * What is wrong with a response; nothing: undefined.
 * @param {Asked} asked
 * @param {Response} response
 */
export async function wrong({ path, method = "GET", status, text, fields = {} }, response) {
  const got = await response.text();
  const what = `${method} ${path}: `;
  if (response.status !== status) return `${what}${response.status}, not ${status}: ${got}`;
  if (text !== undefined && got !== text) return `${what}${JSON.stringify(got)}, not ${JSON.stringify(text)}`;
  for (const [name, value] of Object.entries(fields)) {
    const is = response.headers.get(name);
    if (is !== value) return `${what}${name} is ${is}, not ${value}`;
  }
  return undefined;
}
