// Responses of another realm: of npm's undici, and of a context of node:vm.

import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { Router } from "#wye";
import { requireAll } from "../support/skip.mjs";
import { ask, rounds } from "./support.mjs";

/** What a realm has: classes of its own, and a function that makes a body that tells of its end. */
const REALMS = {
  undici: async () => {
    const { Response } = await import("undici");
    return { Response };
  },
  "node:vm": async () => {
    const context = vm.createContext({ ReadableStream, TextEncoder });
    return vm.runInContext(`
      class Headers {
        #list;
        constructor(list = []) { this.#list = list.map(([name, value]) => [name.toLowerCase(), value]); }
        get(name) {
          const values = this.#list.filter(([key]) => key === name.toLowerCase()).map(([, value]) => value);
          return values.length > 0 ? values.join(", ") : null;
        }
        getSetCookie() { return this.#list.filter(([key]) => key === "set-cookie").map(([, value]) => value); }
        forEach(visit) { for (const [name, value] of this.#list) visit(value, name, this); }
      }
      class Response {
        constructor(body, { status = 200, statusText = "", headers } = {}) {
          Object.assign(this, { status, statusText, headers: new Headers(headers) });
          const bytes = typeof body === "string" ? new TextEncoder().encode(body) : undefined;
          this.body = bytes === undefined ? body : new ReadableStream({
            start(controller) { controller.enqueue(bytes); controller.close(); },
          });
        }
      }
      ({ Response });
    `.replace(/^ {6}/gm, ""), context);
  },
};

async function realmOf(name) {
  try {
    return await REALMS[name]();
  } catch (error) {
    if (error.code === "ERR_MODULE_NOT_FOUND" && !requireAll) return undefined;
    throw error;
  }
}

const COOKIES = [["x-own", "1"], ["set-cookie", "a=1"], ["set-cookie", "b=2, c"]];

for (const name of Object.keys(REALMS)) {
  const realm = await realmOf(name);
  const options = { skip: realm === undefined && `needs npm's ${name}` };

  /** Each way to give one, as handlers; the status and the text that come of it. */
  const WAYS = {
    "returned": [() => new realm.Response("text", { status: 201, statusText: "Made", headers: COOKIES }), 201, "text"],
    "returned later": [async () => new realm.Response("text", { headers: COOKIES }), 200, "text"],
    "thrown": [() => { throw new realm.Response("text", { status: 418, headers: COOKIES }); }, 418, "text"],
    "without a body": [() => new realm.Response(null, { status: 204, headers: COOKIES }), 204, ""],
    "a redirect": [() => new realm.Response(null, { status: 307, headers: [...COOKIES, ["location", "/x"]] }), 307, ""],
  };

  for (const [how, [handler, status, text]] of Object.entries(WAYS)) {
    test(`a Response of ${name}, ${how}, is a response of this realm, with its fields`, options, async () => {
      const app = new Router();
      app.use("/wrapped/*", async (c, next) => {
        c.header("x-before", "1");
        c.header("set-cookie", "mine=1", { append: true });
        const response = await next();
        assert.ok(response instanceof Response);
        response.headers.set("x-by-hand", "1");
        c.header("x-after", "1");
      });
      app.get("/x", handler).get("/wrapped/x", handler);
      for (let i = 0; i < 2; i++) {
        const alone = await app.request("/x");
        assert.ok(alone instanceof Response);
        assert.deepEqual([alone.status, await alone.text(), alone.headers.get("x-own")], [status, text, "1"]);
        assert.deepEqual(alone.headers.getSetCookie(), ["a=1", "b=2, c"]);
        if (how === "returned") assert.equal(alone.statusText, "Made");
        const { headers, ...rest } = await ask(app, "/wrapped/x");
        assert.deepEqual(rest, { status, text });
        for (const field of ["x-own", "x-before", "x-by-hand", "x-after"]) assert.equal(headers.get(field), "1", field);
        assert.deepEqual(headers.getSetCookie(), ["a=1", "b=2, c", "mine=1"]);
      }
    });
  }

  test(`a constant Response of ${name} never changes`, options, async () => {
    const OK = new realm.Response(null, { status: 204, headers: [["x-own", "1"]] });
    const app = new Router();
    app.use((c, next) => (c.setCookie("user", c.query("user")), next())).get("/x", () => OK);
    for (const user of ["ada", "grace"]) {
      const { headers } = await app.request(`/x?user=${user}`);
      assert.deepEqual(headers.getSetCookie(), [`user=${user}; Path=/`]);
    }
    assert.equal(OK.headers.get("set-cookie"), null);
  });

  test(`the body of a Response of ${name} is streamed, or cancelled, or breaks off`, options, async () => {
    const fates = [];
    const body = (fail) => new ReadableStream({
      pull(controller) {
        if (fail) return controller.error(new Error("broken"));
        return controller.enqueue(new TextEncoder().encode("piece"));
      },
      cancel: () => void fates.push("cancelled"),
    }, { highWaterMark: 0 });
    const app = new Router({ report: () => {} });
    app.get("/x", () => new realm.Response(body(false)));
    app.get("/breaks", () => new realm.Response(body(true)));
    app.get("/replaced", async (c, next) => (await next(), c.text("other")), () => new realm.Response(body(false)));
    app.get("/fails", async (c, next) => {
      await next();
      throw new Error("x");
    }, () => new realm.Response(body(false)));
    const reader = (await app.request("/x")).body.getReader();
    assert.equal(new TextDecoder().decode((await reader.read()).value), "piece");
    await reader.cancel();
    assert.equal((await ask(app, "/x", { method: "HEAD" })).text, "");
    assert.equal((await ask(app, "/replaced")).text, "other");
    assert.equal((await ask(app, "/fails")).status, 500);
    await rounds(2);
    assert.deepEqual(fates, Array(4).fill("cancelled"));
    await assert.rejects((await app.request("/breaks")).text(), /broken/);
  });
}
