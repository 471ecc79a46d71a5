/* The oracle as a host of the conformance suite. */
import { Oracle } from "../oracle.mjs";

const createTable = (options) => {
  const oracle = new Oracle(options);
  return {
    add: ({ method, pattern, name, id }) => oracle.add(method, pattern, { name, id }),
    match: (method, path) => oracle.match(method, path),
    matchUrl: (method, url) => oracle.matchUrl(method, url),
    matchBytes: (method, path) => ({ ...oracle.matchBytes(method, path), params: [], raw: [] }),
    routes: () => oracle.routes(),
    free: () => {},
  };
};

export const oracleHost = { name: "oracle", bytes: true, sentences: false, create: createTable };
