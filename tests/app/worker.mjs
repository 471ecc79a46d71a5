// An app in workerd, for workerd.test.mjs. What it would log is kept, and told at /told.

import { Router } from "#wye";

const told = [];
const app = new Router({ report: (error, c) => told.push(`${error.message} at ${c.path}`) });

/** Around everything: it must be told of each request, whatever its URL is. */
app.use(async (c, next) => {
  const { method, path, url } = c;
  try {
    const response = await next();
    told.push(`${method} ${path} ${response.status}`);
    return response;
  } catch (error) {
    told.push(`${method} ${path} failed: ${error.message}`);
    throw error;
  } finally {
    if (!url.endsWith(c.path) && !url.includes("?")) told.push(`the path of ${url} is ${c.path}?`);
  }
});

app.use("/api/private/*", (c) => c.text("refused", 403));
app.get("/api/*rest", (c) => c.text(`passed on: ${c.path}`));

app.get("/", (c) => c.text("root")).post("/b", (c) => c.text("b")).on("PURGE", "/c", (c) => c.text("c"));

/* ------------------------------------------------------------------ responses */

const OK = new Response(null, { status: 204, headers: { "x-own": "1" } });

app.group("/wrapped", (g) => {
  g.use(async (c, next) => {
    c.header("x-before", "1");
    c.setCookie("user", c.query("user") ?? "");
    const response = await next();
    response.headers.set("x-by-hand", "1");
    c.header("x-after", "1");
    return response;
  });
  g.get("/text", (c) => c.text("text"));
  g.get("/shared", () => OK);
  g.get("/fetched", (c) => c.env.SELF.fetch("http://h/plain"));
  g.get("/plain-redirect", () => Response.redirect("http://h/x", 307));
  g.get("/copied", async (c, next) => {
    const response = await next();
    const copy = new Response(response.body, response);
    copy.headers.delete("x-gone");
    return copy;
  }, (c) => c.stream(pieces(c), { headers: { "x-gone": "1", "content-length": "6" } }));
  g.get("/replaced", async (c, next) => {
    const response = await next();
    return new Response((await response.text()).toUpperCase());
  }, (c) => c.text("text"));
  g.get("/socket", () => upgrade());
  g.get("/throws", (c) => {
    c.header("content-type", "text/html");
    c.header("content-length", "1000");
    c.header("content-encoding", "gzip");
    throw new Error("wrapped");
  });
});
app.get("/plain", () => new Response("fetched", { headers: { "x-own": "1" } }));
app.get("/socket", () => upgrade());

function upgrade() {
  const [client, server] = Object.values(new globalThis.WebSocketPair());
  server.accept();
  server.addEventListener("message", ({ data }) => server.send(`echo ${data}`));
  return new Response(null, { status: 101, webSocket: client });
}

async function* pieces(c) {
  yield "one";
  await new Promise((resolve) => setTimeout(resolve, 5));
  yield c.query("n") ?? "two";
}

const REDIRECTS = ["/小", "/café?q=ü#é", "/a b", "//h/ü", "/\\evil.example"];
app.get("/redirect/:n<uint>", (c) => c.redirect(REDIRECTS[c.int("n")]));

/* ------------------------------------------------------------------ streams, and c afterwards */

app.get("/stream/generator", (c) => c.stream(async function* () {
  yield* pieces(c);
}));
app.get("/stream/breaks", (c) => c.stream(async function* () {
  yield "one";
  await new Promise((resolve) => setTimeout(resolve, 50));
  throw new Error("broken");
}));
app.get("/stream/forgotten", (c) => {
  c.stream(async function* () {
    told.push("a stream that nobody returned has begun");
    yield "never";
  });
  return c.text("other");
});
app.get("/later/:id", (c) => {
  const tell = () => void told.push(`waitUntil ${c.param("id")} ${c.query("q")} ${c.path} ${c.header("x-a")}`);
  c.executionCtx.waitUntil(new Promise((resolve) => setTimeout(resolve, 20)).then(tell));
  return c.text("sent");
});

app.get("/throws", () => {
  throw new Error("thrown");
});
app.get("/unawaited", (c, next) => {
  next();
  return c.text("early");
}, async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  throw new Error("nobody hears this");
});

export default {
  fetch(request, env, executionCtx) {
    if (request.url.endsWith("/told")) return Response.json(told.splice(0));
    if (request.url.endsWith("/url-of-next")) return Response.json(urls.splice(0));
    urls.push(request.url);
    return app.fetch(request, env, executionCtx);
  },
};

/** What workerd made of the requests' lines. */
const urls = [];
