/*
 * Runs the tables of tests/cases on a host, and says what differs. It knows neither Node nor wasm, so that the same
 * file runs in Node, inside workerd, and on anything else that has a host to give it.
 *
 * A host is { name, bytes, sentences, utf8, create(options) -> table }: `bytes` says whether it takes paths that are
 * no text, `sentences` whether its errors' messages are those of the library, `utf8` whether its texts are bytes. A
 * table is
 *     add({ method, pattern, host?, name?, id? }) -> id, or throws { code, offset, message }
 *     remove({ method, pattern, host? }) -> whether there was such a route
 *     match(method, path), matchUrl(method, url), matchBytes(method, Uint8Array) -> answer
 *     matchAll(method, path), matchAllUrl(method, url), matchAllBytes(method, Uint8Array) -> [match]
 *     build(name, { parameter: value }) -> the URL, or throws
 *     routes() -> [{ id, method, pattern, host, name }]
 *     free()
 * and an answer { outcome, pattern, name, params: [[name, value]], raw: [text], spans: [[start, end]], allow,
 * location }; a match is { id, pattern, name, params } and, where the host tells, { spans }. All may be async.
 */

/** A text of a case: a string, or a list of strings and { repeat: [text, count] }. */
export function expand(text) {
  if (typeof text === "string" || text === undefined) return text;
  return text.map((piece) => (typeof piece === "string" ? piece : expandPiece(piece))).join("");
}

/* `#` in a repeated text is the count so far: names have to differ. */
function expandPiece({ repeat: [text, count] }) {
  const one = (index) => text.replaceAll("#", String(index));
  return text.includes("#") ? Array.from({ length: count }, (_, i) => one(i)).join("") : text.repeat(count);
}

/** A route of a case: "METHOD host/pattern" as a text, or an object. */
export function expandRoute(route) {
  if (typeof route === "string" || Array.isArray(route)) {
    const [, method, host, pattern] = /^([^ ]*) ([^/]*)(.*)$/s.exec(expand(route));
    return { method, pattern, host: host || undefined };
  }
  const { method = "GET", pattern, host, name, id } = route;
  return { method: expand(method), pattern: expand(pattern), host: expand(host), name: expand(name), id };
}

const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** How a value is written in a failure: long ones are cut. */
function show(value) {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 300 ? `${text.slice(0, 200)}...(${text.length} characters)` : text;
}

function differ(differences, what, expected, actual) {
  const same = JSON.stringify(expected) === JSON.stringify(actual);
  if (!same) differences.push(`${what}: expected ${show(expected)}, got ${show(actual)}`);
}

/* ------------------------------------------------------------------ rows that look up */

function expandPair(pair) {
  if (Array.isArray(pair)) return [pair.map(expand)];
  const [[name, value], count] = pair.repeat;
  return Array.from({ length: count }, (_, i) => [name.replaceAll("#", String(i)), value]);
}

const pairs = (params) => (Array.isArray(params) ? params : Object.entries(params)).flatMap(expandPair);

function ask(table, row) {
  const method = expand(row.method) ?? "GET";
  if (row.url !== undefined) return table.matchUrl(method, expand(row.url));
  if (row.pathHex !== undefined) return table.matchBytes(method, fromHex(row.pathHex));
  return table.match(method, expand(row.path));
}

/* A host that has bytes for texts has no lone surrogates. */
const asHeld = (texts, host) => (host.utf8 ? texts.map((text) => text.toWellFormed()) : texts);

function compareHit(row, answer, routes, host, differences) {
  const params = pairs(row.params ?? []).map((pair) => asHeld(pair, host));
  if (row.pathHex === undefined) differ(differences, "params", params, answer.params.map((pair) => asHeld(pair, host)));
  if (row.raw) differ(differences, "raw", asHeld(row.raw.map(expand), host), asHeld(answer.raw, host));
  if (row.spans) differ(differences, "spans", row.spans, answer.spans);
  if (row.name !== undefined) differ(differences, "name", row.name, answer.name);
  const ofId = routes.filter(({ id }) => id === row.id).map(({ pattern }) => pattern);
  const patterns = row.pattern ? [expand(row.pattern)] : ofId;
  if (!patterns.includes(answer.pattern)) differ(differences, "pattern", patterns.join(" or "), answer.pattern);
}

async function runLookup(table, row, host) {
  const routes = await table.routes();
  const differences = [];
  const answer = await ask(table, row);
  const expected = row.id ?? row.outcome;
  differ(differences, "outcome", expected, answer.outcome);
  if (row.id !== undefined && answer.outcome === row.id) compareHit(row, answer, routes, host, differences);
  if (row.id === undefined) differ(differences, "params of a miss", [], answer.params);
  if (row.outcome === "METHOD_NOT_ALLOWED") differ(differences, "allow", row.allow, answer.allow);
  const location = row.outcome === "REDIRECT" ? expand(row.location) : "";
  differ(differences, "location", ...[location, answer.location].map((text) => asHeld([text], host)[0]));
  return differences;
}

/* ------------------------------------------------------------------ rows that ask for all matches */

function askAll(table, row) {
  const method = expand(row.method) ?? "GET";
  if (row.url !== undefined) return table.matchAllUrl(method, expand(row.url));
  if (row.pathHex !== undefined) return table.matchAllBytes(method, fromHex(row.pathHex));
  return table.matchAll(method, expand(row.path));
}

/* An object of values has no order of its own: keys that are numbers come first. */
const inOrder = (list) => list.toSorted(([a], [b]) => (a < b ? -1 : 1));

/* Of an expected match only the id must be there; `bytes`: the values are no texts. */
function matchesAsHeld(matches, host, bytes) {
  return matches.map(({ id, params = [] }) => {
    const held = bytes ? [] : inOrder(pairs(params).map((pair) => asHeld(pair, host)));
    return { id, params: held };
  });
}

async function runAll(table, row, host) {
  const differences = [];
  const matches = await askAll(table, row);
  const bytes = row.pathHex !== undefined;
  differ(differences, "all", matchesAsHeld(row.all, host, bytes), matchesAsHeld(matches, host, bytes));
  if (matches.length !== row.all.length) return differences;
  row.all.forEach(({ pattern, name, spans }, i) => {
    if (pattern !== undefined) differ(differences, `pattern of match ${i}`, expand(pattern), matches[i].pattern);
    if (name !== undefined) differ(differences, `name of match ${i}`, name, matches[i].name);
    if (spans && matches[i].spans) differ(differences, `spans of match ${i}`, spans, matches[i].spans);
  });
  return differences;
}

/* ------------------------------------------------------------------ rows that add */

function compareError(expected, error, host, differences) {
  differ(differences, "error", expected.code, error?.code ?? `no error code: ${error}`);
  if (expected.offset !== undefined) differ(differences, "error offset", expected.offset, error.offset);
  const missing = (expected.contains ?? []).filter((text) => host.sentences && !error.message.includes(expand(text)));
  for (const text of missing) differences.push(`error text: expected ${show(text)} in ${show(error.message)}`);
}

async function runAdd(table, row, host) {
  const differences = [];
  const before = await table.routes();
  try {
    const id = await table.add(expandRoute(row.add));
    if (row.error) differences.push(`expected the error ${row.error.code}, but it was added with id ${id}`);
    else differ(differences, "id", row.id, id);
  } catch (error) {
    if (row.error) compareError(row.error, error, host, differences);
    else differences.push(`expected no error, got ${error.code ?? ""} ${error.message}`);
    differ(differences, "routes after a refused add", before, await table.routes());
  }
  return differences;
}

/* ------------------------------------------------------------------ other rows */

async function runRemove(table, row) {
  const differences = [];
  const before = await table.routes();
  const removed = await table.remove(expandRoute(row.remove));
  differ(differences, "removed", row.removed, removed);
  const after = await table.routes();
  differ(differences, "routes after a removal", before.length - (row.removed ? 1 : 0), after.length);
  if (!row.removed) differ(differences, "routes after a removal of nothing", before, after);
  return differences;
}

const expandValue = (value) => (Array.isArray(value) || typeof value === "string" ? expand(value) : value);

async function runBuild(table, row, host) {
  const differences = [];
  const params = Object.entries(row.build.params ?? {}).map(([name, value]) => [name, expandValue(value)]);
  try {
    const text = await table.build(expand(row.build.name), Object.fromEntries(params));
    if (row.error) differences.push(`expected the error ${row.error.code}, but it gave ${show(text)}`);
    else differ(differences, "to", expand(row.to), text);
  } catch (error) {
    if (row.error) compareError(row.error, error, host, differences);
    else differences.push(`expected no error, got ${error.code ?? ""} ${error.message}`);
  }
  return differences;
}

const listed = ({ id, method, pattern, host = null, name = null }) => ({ id, method, pattern, host, name });

async function runList(table, row) {
  const differences = [];
  const expected = row.list.map((route) => listed({ ...expandRoute(route), id: route.id }));
  differ(differences, "routes", expected, (await table.routes()).map(listed));
  return differences;
}

/* ------------------------------------------------------------------ tables */

async function runRow(table, row, host) {
  try {
    if (row.add) return await runAdd(table, row, host);
    if (row.remove) return await runRemove(table, row);
    if (row.build) return await runBuild(table, row, host);
    if (row.list) return await runList(table, row);
    if (row.all) return await runAll(table, row, host);
    return await runLookup(table, row, host);
  } catch (error) {
    return [`threw ${error.stack ?? error}`];
  }
}

/** Whether the host can be asked this row. */
const applies = (row, host) => (row.pathHex === undefined || host.bytes) && !(row.without ?? []).includes(host.name);

/* What a refused add must not have touched: the lookups after the last change of the table, once more. */
function again(rows) {
  if (!rows.some((row) => row.error)) return [];
  const lastChange = rows.findLastIndex((row) => (row.add && !row.error) || row.removed);
  return rows.slice(lastChange + 1).filter((row) => !row.add && !row.remove);
}

async function build(host, cases) {
  const table = await host.create(cases.options ?? {});
  for (const route of cases.routes ?? []) await table.add(expandRoute(route));
  return table;
}

/**
 * Runs one table of cases.
 * @returns {Promise<{ ran: number, failures: string[] }>} how many rows the host was asked, and what was wrong
 */
export async function runTable(cases, host) {
  const failures = [];
  const rows = cases.rows.filter((row) => applies(row, host));
  const table = await build(host, cases);
  const run = async (row, note) => {
    for (const text of await runRow(table, row, host)) failures.push(`${cases.title} / ${row.title}${note}: ${text}`);
  };
  for (const row of rows) await run(row, "");
  for (const row of again(rows)) await run(row, " (again, after the refused ones)");
  await table.free();
  return { ran: rows.length, failures };
}

/** Runs all tables; a table that cannot be built is a failure of its own. */
export async function runTables(tables, host) {
  const total = { ran: 0, failures: [] };
  const failed = (cases) => (error) => ({ ran: 0, failures: [`${cases.title}: ${error.message}`] });
  for (const cases of tables) {
    const result = await runTable(cases, host).catch(failed(cases));
    total.ran += result.ran;
    total.failures.push(...result.failures);
  }
  return total;
}
