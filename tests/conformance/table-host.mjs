/* RouteTable as a host of the conformance suite: the same in Node, in workerd and in every other runtime. */

const OUTCOMES = ["NOT_FOUND", "METHOD_NOT_ALLOWED", "REDIRECT", "PATH_TOO_LONG", "BAD_PATH"];
const outcomeName = (table, number) => OUTCOMES.find((name) => table.constructor[name] === number) ?? number;

/** What a table says of its last match. */
export function readAnswer(table, outcome) {
  const all = Array.from({ length: table.paramCount }, (_, index) => index);
  const indexes = all.filter((index) => table.paramStart(index) >= 0);
  return {
    outcome: outcome < 0 ? outcomeName(table, outcome) : outcome,
    pattern: table.pattern ?? null,
    name: table.routeName ?? null,
    params: indexes.map((index) => [nameOf(table, index), table.param(index)]),
    raw: indexes.map((index) => table.rawParam(index)),
    spans: indexes.map((index) => [table.paramStart(index), table.paramEnd(index)]),
    allow: table.allow ?? "",
    location: table.location ?? "",
  };
}

/* By `params()`, whose keys stand in the order of the pattern but for those that are numbers: these are looked for. */
function nameOf(table, index) {
  const values = table.params();
  const keys = Object.keys(values).filter((key) => table.paramStart(key) === table.paramStart(index));
  const key = keys.find((name) => values[name] === table.param(name) && table.paramEnd(name) === table.paramEnd(index));
  return key ?? `(no name for parameter ${index})`;
}

const describe = ({ id, method, pattern, host, name }) => ({
  id,
  method,
  pattern,
  host: host ?? null,
  name: name ?? null,
});

const describeMatch = (match) => ({ ...match, name: match.name ?? null });

function createTable(RouteTable, options) {
  const table = new RouteTable(options);
  return {
    add: ({ method, pattern, host, name, id }) => table.add(method, pattern, { host, name, id }),
    remove: ({ method, pattern, host }) => table.remove(method, pattern, { host }),
    build: (name, params) => table.url(name, params),
    match: (method, path) => readAnswer(table, table.match(method, path)),
    matchUrl: (method, url) => readAnswer(table, table.matchUrl(method, url)),
    matchAll: (method, path) => table.matchAll(method, path).map(describeMatch),
    matchAllUrl: (method, url) => table.matchAllUrl(method, url).map(describeMatch),
    routes: () => table.routes().map(describe),
    free: () => table.free(),
  };
}

/**
 * @param {string} name
 * @param {typeof import("#wye").RouteTable} RouteTable of the package, or of the sources
 */
export function tableHost(name, RouteTable) {
  return { name, bytes: false, sentences: true, create: (options) => createTable(RouteTable, options) };
}
