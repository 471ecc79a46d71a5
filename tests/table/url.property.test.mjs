/*
 * What is sent to the client, for random tables over the whole route language: URLs that are made lead back to where
 * they come from, and redirects lead nowhere but to a route of the same host. WYE_SEED= repeats a run, WYE_RUNS= says
 * how many tables.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RouteTable, WyeError } from "#wye";
import { holdingFor, options, pathNear, route, routeOfWholes, valuesFor } from "../random/arbitraries.mjs";
import { runCount, seed } from "../support/seed.mjs";

const RUNS = runCount(1500);

const check = (...args) => {
  const holds = args.pop();
  fc.assert(fc.property(...args, holds), { seed, numRuns: RUNS });
};

/** Runs `use` with a table of the routes that can stand in it together; each has its position as its id and name. */
function withTable(settings, routes, use) {
  const table = new RouteTable(settings);
  const added = routes.filter(({ method, pattern, host }, i) => {
    try {
      table.add(method, pattern, { host, id: i, name: `r${i}` });
      return true;
    } catch (error) {
      if (error instanceof WyeError && ["CONFLICT", "BAD_PATTERN"].includes(error.code)) return false;
      throw error;
    }
  });
  try {
    return use(table, added.map((one) => ({ ...one, id: routes.indexOf(one) })));
  } finally {
    table.free();
  }
}

/** The values by name; what is left out is no key. */
function byName({ params }, values) {
  const entries = params.map(({ name }, i) => [name, values[i]]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** What a URL leads to: the handler id, and the values. */
function ledTo(table, { method, host }, url) {
  const verb = method === "*" ? "OTHER" : method;
  return [host ? table.matchUrl(verb, `https:${url}`) : table.match(verb, url), table.params()];
}

function made(table, id, params) {
  try {
    return table.url(`r${id}`, params);
  } catch (error) {
    return error;
  }
}

/** Whether values are there for all parameters but one that can be left out, and none is empty but that of the rest. */
const complete = ({ params }, values) =>
  params.every(({ optional, kind }, i) => (values[i] === undefined ? optional : kind === "rest" || values[i] !== ""));

/** Whether the path does not begin with `//`, and the host is one. */
const proper = ({ host }, url) => (host ? /^\/\/[\w.-]+\/(?!\/)/ : /^\/(?!\/)/).test(url);

const what = `${RUNS} tables, WYE_SEED=${seed}`;

// ------------------------------------------------------------------ reverse routing

/** Routes, and for each of them what `of` makes. */
const routesWith = (routes, of) =>
  fc
    .array(routes, { minLength: 1, maxLength: 6 })
    .chain((some) => fc.tuple(fc.constant(some), fc.tuple(...some.map(of))));

const ofAnyHost = route.filter(({ host }) => !host);

/* A dull maker puts the values into the pieces of the route; if that leads back, url() must return it;
   otherwise it must throw. */
test(`url() makes exactly what leads back to its route with its values, ${what}`, () => {
  let [there, refused] = [0, 0];
  check(options, routesWith(route, valuesFor), (settings, [routes, all]) => {
    withTable(settings, routes, (table, added) => {
      for (const one of added) {
        const values = all[one.id];
        const params = byName(one, values);
        const url = made(table, one.id, params);
        const expected = complete(one, values) && one.url(values);
        const good = expected && proper(one, expected);
        const back = good && ledTo(table, one, expected);
        const leads = good && back[0] === one.id && JSON.stringify(back[1]) === JSON.stringify(params);
        if (leads) {
          assert.equal(url, expected);
          there++;
        } else {
          checkRefusal(url, one);
          refused++;
        }
      }
    });
  });
  assert.ok(there > RUNS / 4, `${there} URLs were made`);
  assert.ok(refused > RUNS / 4, `${refused} were refused`);
});

/* From values to a URL, to what is read from it, and back: it is the same URL, and stays so. */
test(`values read from a path make a URL with the same values, ${what}`, () => {
  let [there, refused] = [0, 0];
  check(options, routesWith(route, pathNear), (settings, [routes, paths]) => {
    withTable(settings, routes, (table, added) => {
      for (const path of paths) {
        const id = table.matchUrl("GET", `https://a.example.com${path}`);
        if (id < 0 || !path.isWellFormed()) continue;
        const values = table.params();
        const url = made(table, id, values);
        if (url instanceof WyeError) {
          checkRefusal(url, routes[id]);
          refused++;
          continue;
        }
        assert.deepEqual(ledTo(table, added.find((one) => one.id === id), url), [id, values]);
        assert.equal(made(table, id, table.params()), url);
        there++;
      }
    });
  });
  assert.ok(there > RUNS / 4, `${there} URLs`);
  assert.ok(refused > 0, `${refused} were refused`);
});

function checkRefusal(error, { host, pattern }) {
  assert.ok(error instanceof WyeError, `${error} leads elsewhere`);
  assert.ok(["BAD_VALUE", "CONFLICT"].includes(error.code), String(error));
  assert.match(error.message, /^(?:bad value|conflict): ./);
  const bytes = Math.max(...[host, pattern].map((text) => Buffer.byteLength(text)));
  assert.ok(error.offset < bytes, `byte ${error.offset} of ${host}${pattern}`);
}

/* A client that resolves the path finds the same one (WHATWG URL): nothing is left for it to change. */
test(`a client changes nothing in a URL from url(), ${what}`, () => {
  let count = 0;
  check(routesWith(ofAnyHost, valuesFor), ([routes, all]) => {
    withTable({}, routes, (table, added) => {
      for (const one of added) {
        const url = made(table, one.id, byName(one, all[one.id]));
        if (url instanceof WyeError) continue;
        const { host, pathname, search, hash } = new URL(url, "https://host.example/x/y");
        assert.deepEqual([host, pathname, search, hash], ["host.example", url, "", ""]);
        count++;
      }
    });
  });
  assert.ok(count > RUNS / 8, `${count} URLs`);
});

// ------------------------------------------------------------------ redirects

const policies = options.filter(({ trailingSlash, cleanPath }) => trailingSlash === "redirect" || cleanPath !== "off");

/* A target is a path of the same host, which a client reads as it stands; `ask`ed for, it is a hit. */
function checkTarget(table, ask) {
  const { location } = table;
  assert.match(location, /^\/(?![/\\])[\x21-\x7e]*$/);
  const [path] = location.match(/^[^?#]*/);
  assert.ok(!path.includes("\\"), location);
  const { protocol, host, pathname } = new URL(location, "https://host.example/a/b");
  assert.deepEqual([protocol, host, pathname], ["https:", "host.example", path]);
  assert.equal(new Headers({ location }).get("location"), location);
  assert.ok(ask(location) >= 0, `${location} is no hit`);
}

/* Some authority that the host of a route takes. */
const authorityFor = ({ host }) => host.replace("*", "a.b").replace(/:\w+/g, "me") || "other.example:8080";

test(`redirects lead to a hit on the same host, ${what}`, () => {
  let [redirects, ofHosts] = [0, 0];
  check(policies, routesWith(route, pathNear), (settings, [routes, paths]) => {
    withTable(settings, routes, (table) => {
      for (const [i, path] of paths.entries()) {
        const at = `https://${authorityFor(routes[i])}`;
        for (const ask of [(text) => table.match("GET", text), (text) => table.matchUrl("POST", at + text)]) {
          const redirected = ask(path) === RouteTable.REDIRECT;
          assert.equal(table.location !== undefined, redirected);
          if (!redirected) continue;
          checkTarget(table, ask);
          redirects++;
          ofHosts += routes[i].host ? 1 : 0;
        }
      }
    });
  });
  assert.ok(redirects > RUNS / 4, `${redirects} redirects`);
  assert.ok(ofHosts > RUNS / 16, `${ofHosts} redirects of hosts`);
});

test(`match and matchUrl redirect alike, ${what}`, () => {
  let redirects = 0;
  check(policies, routesWith(ofAnyHost, pathNear), (settings, [routes, paths]) => {
    withTable(settings, routes, (table) => {
      for (const path of paths.filter((text) => text.startsWith("/"))) {
        const one = [table.match("GET", path), table.location];
        assert.deepEqual([table.matchUrl("GET", `https://u:p@other.example:8080${path}`), table.location], one);
        redirects += one[0] === RouteTable.REDIRECT ? 1 : 0;
      }
    });
  });
  assert.ok(redirects > RUNS / 8, `${redirects} redirects`);
});

const EVIL = [
  "//evil.example", "//evil.example/", "///evil.example", "/\\evil.example", "/\\/evil.example", "\\\\evil.example",
  "/%2F/evil.example", "/%2f%2fevil.example", "/%5Cevil.example/", "/.//evil.example", "/..//evil.example/",
  "/./\\evil.example", "/x/..//evil.example", "/x/../\\evil.example/", "/%2e//evil.example",
  "/x/%2e%2E//evil.example", "/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example/", "\t//evil.example",
  "/\0/evil.example", "/ /evil.example", "/.\t/\\evil.example", "//evil.example/..", "//evil.example/%2e%2e/",
  "/evil.example//", "//@evil.example/", "/https://evil.example/", "https://evil.example/", "//evil.example?/",
  "/?//evil.example", "//", "///", "/.//", "/..//", "/a/..//", "/\\", "/\\\\/", "/%5C", "/%2F",
];

const OPEN = [
  ["/*rest"], ["/:x"], ["/:x/"], ["/:x/:y"], ["/:x/:y/"], ["/:x?"], ["/", "/:x/*rest"], ["//:x"], ["//:x/"],
  ["//*rest"], ["/\\\\:x"], ["/\\\\:x/"], ["/evil.example"], ["/evil.example/"], ["//evil.example"],
  ["//evil.example/"], ["///:x/"], ["/:x-:y/"], ["/*/"], ["/:x(.+)/"], ["/"],
  ["/:x(.*[/\\\\].*)/", "/:x(.*[/\\\\].*)/:y"],
];

test("no path leads to another host", () => {
  let redirects = 0;
  for (const patterns of OPEN) {
    for (const trailingSlash of ["strict", "redirect", "ignore"]) {
      const table = new RouteTable({ trailingSlash, cleanPath: "redirect", caseSensitive: false });
      for (const pattern of patterns) table.add("GET", pattern);
      for (const path of EVIL) {
        if (table.match("GET", path) !== RouteTable.REDIRECT) continue;
        checkTarget(table, (text) => table.match("GET", text));
        redirects++;
      }
      table.free();
    }
  }
  assert.ok(redirects > 100, `${redirects} redirects`);
});

// ------------------------------------------------------------------ values that hold

/* Alone in its table, a route takes whatever its constraints take, but for segments that no path has. */
test(`a whole segment that holds its constraint is never refused, ${what}`, () => {
  let count = 0;
  check(routeOfWholes.chain((one) => fc.tuple(fc.constant(one), holdingFor(one))), ([one, values]) => {
    if (values.includes(".")) return;
    withTable({}, [one], (table) => {
      assert.equal(table.url("r0", byName(one, values)), one.url(values));
      count++;
    });
  });
  assert.ok(count > RUNS / 2, `${count} URLs`);
});
