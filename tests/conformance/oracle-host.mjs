/* The oracle as a host of the conformance suite. */
import { Oracle } from "../oracle/oracle.mjs";

const createTable = (options) => {
  const oracle = new Oracle(options);
  return {
    add: ({ method, pattern, host, name, id }) => oracle.add(method, pattern, { host, name, id }),
    remove: ({ method, pattern, host }) => oracle.remove(method, pattern, host),
    match: (method, path) => oracle.match(method, path),
    matchUrl: (method, url) => oracle.matchUrl(method, url),
    matchBytes: (method, path) => ({ ...oracle.matchBytes(method, path), params: [], raw: [] }),
    matchAll: (method, path) => oracle.matchAll(method, path).map(describe),
    matchAllUrl: (method, url) => oracle.matchAllUrl(method, url).map(describe),
    matchAllBytes: (method, path) => oracle.matchAllBytes(method, path).map(describe),
    build: (name, params) => oracle.url(name, params),
    routes: () => oracle.routes(),
    free: () => {},
  };
};

const describe = ({ outcome, pattern, name, params, spans }) => ({ id: outcome, pattern, name, params, spans });

export const oracleHost = { name: "oracle", bytes: true, sentences: false, create: createTable };
