/*
 * Asks the router, as wasm and as the native library, what the oracle was asked, and says where they differ. Every
 * contender is { name, begin(options), add(route) -> "ok 3" or "CONFLICT", ask(requests) -> one text each } and says
 * with `expect(request, answer)` what text the oracle's answer is in its own words.
 */
import { tableHost } from "../conformance/table-host.mjs";
import { Driver } from "../native/driver.mjs";
import { Oracle, decodeValue } from "../oracle.mjs";

const write = (outcome, pattern, spans, allow) => `${outcome} ${pattern ?? "-"} [${spans.join(" ")}] ${allow}`;

/* ------------------------------------------------------------------ contenders */

const refusal = (error) => {
  if (!error.code) throw error;
  return error.code === "BAD_PATTERN" ? `${error.code} at ${error.offset}` : error.code;
};

/** RouteTable, in this process. */
export function wasmContender() {
  let table = null;
  const host = tableHost("wasm");
  const one = ({ method, path, url }) => {
    const answer = url ? table.matchUrl(method, path) : table.match(method, path);
    return write(answer.outcome, answer.pattern, answer.spans, answer.allow) + JSON.stringify(answer.params);
  };
  return {
    name: "wasm",
    begin(options) {
      table?.free();
      table = host.create(options);
    },
    add(route) {
      try {
        return `ok ${table.add(route)}`;
      } catch (error) {
        return refusal(error);
      }
    },
    ask: (requests) => requests.map((request) => (request.bytes ? null : one(request))),
    expect: ({ path }, { inUnits: { outcome, pattern, spans, allow, params } }) =>
      path === undefined ? null : write(outcome, pattern, spans, allow) + JSON.stringify(params),
  };
}

/** The native library behind the driver program, which is started anew if it dies; spans count bytes. */
export function nativeContender(name, file) {
  let driver = new Driver(file);
  let table = null;
  const one = async (request) => {
    const { method, utf8 } = request;
    const { outcome, route, spans, allow } = await table.lookUp(request.url ? "url" : "match", method, utf8);
    const values = await Promise.all(spans.map(([start, end]) => table.decode(utf8.subarray(start, end))));
    return write(outcome, route, spans, allow) + (request.text === undefined ? "" : JSON.stringify(values));
  };
  return {
    name,
    async begin(options) {
      if (driver.dead) driver = new Driver(file);
      table = await driver.table(options);
    },
    add: (route) => table.add(route).then((id) => `ok ${id}`, refusal),
    ask: (requests) => Promise.all(requests.map((request) => one(request).catch((error) => error.message))),
    end: () => driver.end(),
    expect(request, { inBytes: { outcome, route, spans, allow }, inUnits }) {
      const values = request.text === undefined ? "" : JSON.stringify(inUnits.raw.map(decodeValue));
      return write(outcome, route, spans, allow) + values;
    },
  };
}

/* ------------------------------------------------------------------ requests */

const encoder = new TextEncoder();

/**
 * A request with what the contenders need: `path` (with `url`: an absolute URL) or `bytes`; `utf8`, its bytes;
 * `text`, unless these bytes are no text.
 */
export function prepare({ method, path, bytes, url = false }) {
  const utf8 = bytes ?? encoder.encode(path);
  const wellFormed = bytes === undefined && path.isWellFormed();
  return { method, path, bytes, url, utf8, text: wellFormed ? path : undefined };
}

function answerOf(oracle, request) {
  const { method, utf8 } = request;
  const inBytes = request.url ? oracle.matchUrlBytes(method, utf8) : oracle.matchBytes(method, utf8);
  return { inBytes, inUnits: request.bytes ? inBytes : oracle.inUnits(request.path, inBytes) };
}

/* ------------------------------------------------------------------ one table */

function addToOracle(oracle, { method, pattern }) {
  try {
    return `ok ${oracle.add(method, pattern)}`;
  } catch (error) {
    return refusal(error);
  }
}

/** A table and requests with what the oracle says of each. */
export function askOracle({ options, routes }, requests) {
  const oracle = new Oracle(options);
  const added = routes.map((route) => addToOracle(oracle, route));
  return { options, routes, added, requests, answers: requests.map((request) => answerOf(oracle, request)) };
}

/* The first route whose result differs. */
async function refusedOtherwise(contender, { options, routes, added }) {
  await contender.begin(options);
  const results = await Promise.all(routes.map((route) => contender.add(route)));
  const index = results.findIndex((result, i) => result !== added[i]);
  if (index < 0) return null;
  return { contender, options, routes: routes.slice(0, index + 1), expected: added[index], actual: results[index] };
}

/** The first route or request of which the contender says something else than the oracle; null if there is none. */
export async function firstDifference(contender, asked) {
  const refused = await refusedOtherwise(contender, asked);
  if (refused) return refused;
  const { options, routes, requests, answers } = asked;
  const actual = await contender.ask(requests);
  const expected = requests.map((request, i) => contender.expect(request, answers[i]));
  const index = expected.findIndex((text, i) => text !== actual[i]);
  if (index < 0) return null;
  const about = { request: requests[index], answer: answers[index] };
  return { contender, options, routes, ...about, expected: expected[index], actual: actual[index] };
}

/* ------------------------------------------------------------------ shrinking and telling */

/** The same difference with as few routes as it needs. */
export async function shrink(difference) {
  let { routes } = difference;
  const requests = difference.request ? [difference.request] : [];
  let least = difference;
  for (let i = routes.length - 1; i >= 0; i--) {
    const fewer = routes.filter((_, index) => index !== i);
    const asked = askOracle({ options: difference.options, routes: fewer }, requests);
    const found = await firstDifference(difference.contender, asked);
    if (found) ({ routes } = least = found);
    i = Math.min(i, routes.length);
  }
  return least;
}

function rowOf({ request, answer: { inUnits, inBytes } }) {
  const text = { [request.url ? "url" : "path"]: request.path };
  const place = request.bytes ? { pathHex: Buffer.from(request.bytes).toString("hex") } : text;
  const { outcome, spans, allow, params } = request.bytes ? inBytes : inUnits;
  const row = { title: "...", method: request.method, ...place };
  if (typeof outcome === "number") return { ...row, id: outcome, params, spans };
  return { ...row, outcome, ...(allow ? { allow } : {}) };
}

/** The difference as a table of cases that expects what the oracle says. */
export function describe(difference) {
  const { contender, options, routes, expected, actual } = difference;
  const added = difference.request ? routes : routes.slice(0, -1);
  const error = { title: "...", add: routes.at(-1), error: { code: expected } };
  const rows = [difference.request ? rowOf(difference) : error];
  const table = { title: "...", options, routes: added.map(({ method, pattern }) => `${method} ${pattern}`), rows };
  const lines = [`${contender.name} differs from the oracle`, `oracle: ${expected}`, `actual: ${actual}`];
  return [...lines, `as a case: ${JSON.stringify(table)}`].join("\n  ");
}

