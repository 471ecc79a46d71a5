/*
 * Asks the contenders what the oracle was asked, and says where they differ. Every contender is { name,
 * run(script) -> one text for each step, expect(step, result) } and says with `expect` what text the oracle's result is
 * in its own words; null: it is not asked this.
 */
import { Oracle } from "../oracle/oracle.mjs";

/** A lookup's result as a text. `which`: the route that was hit. */
export const write = ({ outcome, spans, allow, location }, which, values) =>
  `${outcome} ${which ?? "-"} [${spans.join(" ")}] ${allow}${location.toWellFormed()} ${JSON.stringify(values)}`;

/** All matches as a text. `which`: what names the route of one. */
export function writeAll(matches, which, values) {
  const one = (match) => `${which(match)} [${match.spans?.join(" ") ?? ""}] ${JSON.stringify(values(match))}`;
  return `all: ${matches.map(one).join(", ")}`;
}

/* Errors whose byte all implementations agree on. */
const PLACED = ["BAD_PATTERN", "BAD_HOST", "EXPRESSION_TOO_LARGE"];

const OR = " or ";

/** An error as a text; the errors of a route that has several. */
export function refusal(error) {
  if (!error.code) throw error;
  const one = ({ code, offset }) => (PLACED.includes(code) ? `${code} at ${offset}` : code);
  return (error.all ?? [error]).map(one).join(OR);
}

export const added = (id) => `added with id ${id}`;
export const removed = (isRemoved) => `removed: ${isRemoved}`;

/* ------------------------------------------------------------------ requests */

const encoder = new TextEncoder();

/*
 * A request with what the contenders need: `path` (with `url`: an absolute URL) or `bytes`; `utf8`, its bytes;
 * `isText`: these bytes are the path.
 */
function prepare(request) {
  const { path, bytes } = request;
  return { ...request, utf8: bytes ?? encoder.encode(path), isText: bytes === undefined && path.isWellFormed() };
}

/* ------------------------------------------------------------------ the oracle */

function ask(oracle, { method, url, bytes, path, utf8 }) {
  const inBytes = url ? oracle.matchUrlBytes(method, utf8) : oracle.matchBytes(method, utf8);
  return { inBytes, inUnits: bytes ? inBytes : oracle.inUnits(path, inBytes) };
}

function askAll(oracle, { method, url, bytes, path, utf8 }) {
  const inBytes = url ? oracle.matchAllUrlBytes(method, utf8) : oracle.matchAllBytes(method, utf8);
  return { inBytes, inUnits: bytes ? inBytes : inBytes.map((match) => oracle.inUnits(path, match)) };
}

function result(oracle, step) {
  if (step.ask) return ask(oracle, step.ask);
  if (step.all) return askAll(oracle, step.all);
  if (step.list) return JSON.stringify(oracle.routes());
  try {
    if (step.build) return oracle.url(step.build.name, step.build.params);
    if (step.remove) return removed(oracle.remove(step.remove.method, step.remove.pattern, step.remove.host));
    return added(oracle.add(step.add.method, step.add.pattern, step.add));
  } catch (error) {
    return refusal(error);
  }
}

function prepareStep(step) {
  if (step.ask) return { ask: prepare(step.ask) };
  return step.all ? { all: prepare(step.all) } : step;
}

/** A script with what the oracle says of each of its steps; the requests are prepared. */
export function askOracle({ options, steps }, oracle = new Oracle(options)) {
  const prepared = steps.map(prepareStep);
  return { options, steps: prepared, results: prepared.map((step) => result(oracle, step)) };
}

/** An oracle with a fault: what the comparison must find. */
export const oracleContender = (name, Faulty) => ({
  name,
  run: (script) => askOracle(script, new Faulty(script.options)).results.map(textOf),
  expect: (_, expected) => textOf(expected),
});

const textOf = (expected) => (typeof expected === "string" ? expected : JSON.stringify(expected));

/* ------------------------------------------------------------------ differences */

const isOneOf = (text, texts) => texts.split(OR).includes(text);

/** The first step of which the contender says something else than the oracle; null if there is none. */
export async function firstDifference(contender, { options, steps, results }) {
  const actual = await contender.run({ options, steps });
  const expected = steps.map((step, index) => contender.expect(step, results[index]));
  const index = expected.findIndex((text, i) => text !== null && text !== actual[i] && !isOneOf(actual[i], text));
  if (index < 0) return null;
  const about = { contender, options, steps: steps.slice(0, index + 1), result: results[index] };
  return { ...about, expected: expected[index], actual: actual[index] };
}

/** A difference with as few steps as it needs. */
export async function shrink(difference) {
  let least = difference;
  for (let i = least.steps.length - 2; i >= 0; i--) {
    const steps = least.steps.toSpliced(i, 1);
    const found = await firstDifference(least.contender, askOracle({ options: least.options, steps }));
    if (found) least = found;
    i = Math.min(i, least.steps.length - 1);
  }
  return least;
}

/* ------------------------------------------------------------------ telling */

const placeOf = ({ url, path, bytes }) =>
  bytes ? { pathHex: Buffer.from(bytes).toString("hex") } : { [url ? "url" : "path"]: path };

function rowOfAll(request, { inUnits, inBytes }) {
  const matches = request.bytes ? inBytes : inUnits;
  const all = matches.map(({ outcome, pattern, params, spans }) => ({ id: outcome, pattern, params, spans }));
  return { method: request.method, ...placeOf(request), all };
}

function rowOfRequest(request, { inUnits, inBytes }) {
  const { method, bytes } = request;
  const place = placeOf(request);
  const { outcome, spans, allow, location, params } = bytes ? inBytes : inUnits;
  if (typeof outcome === "number") return { method, ...place, id: outcome, params, spans };
  return { method, ...place, outcome, ...(allow ? { allow } : {}), ...(location ? { location } : {}) };
}

const routeOf = ({ method, pattern, host, name }) => ({ method, pattern, host, name });

/* What the oracle says of a step, as a row of the conformance suite. */
function rowOf(step, expected) {
  if (step.ask) return rowOfRequest(step.ask, expected);
  if (step.all) return rowOfAll(step.all, expected);
  if (step.list) return { list: JSON.parse(expected) };
  const [, name, offset] = /^([A-Z_]+)(?: at (\d+))?(?: or .*)?$/.exec(expected) ?? [];
  const code = name && { error: { code: name, ...(offset && { offset: Number(offset) }) } };
  if (step.build) return { build: step.build, ...(code ?? { to: expected }) };
  if (step.remove) return { remove: routeOf(step.remove), removed: expected === removed(true) };
  return { add: routeOf(step.add), ...(code ?? { id: Number(expected.split(" ").at(-1)) }) };
}

/** The difference as a table of cases that expects what the oracle says. */
export function describe({ contender, options, steps, expected, actual }) {
  const { results } = askOracle({ options, steps });
  const rows = steps.map((step, index) => ({ title: `${index}`, ...rowOf(step, results[index]) }));
  const table = JSON.stringify({ title: "...", options, rows });
  const lines = [`${contender.name} differs from the oracle`, `oracle: ${expected}`, `actual: ${actual}`];
  return [...lines, `as a case: ${table}`].join("\n  ");
}
