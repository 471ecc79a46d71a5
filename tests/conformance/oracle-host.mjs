/* The oracle as a host of the conformance suite. */
import { Oracle } from "../oracle.mjs";

const createTable = (options) => {
  const oracle = new Oracle(options);
  return {
    add: ({ method, pattern, host, name, id }) => oracle.add(method, pattern, { host, name, id }),
    remove: ({ method, pattern, host }) => oracle.remove(method, pattern, host),
    match: (method, path) => oracle.match(method, path),
    matchUrl: (method, url) => oracle.matchUrl(method, url),
    matchBytes: (method, path) => ({ ...oracle.matchBytes(method, path), params: [], raw: [] }),
    build: (name, params) => oracle.url(name, params),
    routes: () => oracle.routes(),
    free: () => {},
  };
};

export const oracleHost = { name: "oracle", bytes: true, sentences: false, create: createTable };
