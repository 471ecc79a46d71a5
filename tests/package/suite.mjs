// What every runtime runs: the whole conformance suite, and the app of app.mjs. It knows no runtime.

import { runTables } from "../conformance/runner.mjs";
import { tableHost } from "../conformance/table-host.mjs";
import { REQUESTS, makeApp, wrong } from "./app.mjs";

/**
 * @param {any} wye what all entries of the package export, in one object
 * @param {any[]} tables of tests/cases
 * @returns {Promise<{ ran: number, failures: string[] }>}
 */
export async function runSuite(wye, tables) {
  const { ran, failures } = await runTables(tables, tableHost("the package", wye.RouteTable));
  const app = makeApp(wye);
  for (const asked of REQUESTS) {
    const fault = await wrong(asked, await app.fetch(requestOf(asked)));
    if (fault !== undefined) failures.push(fault);
  }
  return { ran: ran + REQUESTS.length, failures };
}

/** In a browser no script may set all fields of a request, but of a Headers it may. */
function requestOf({ path, method, headers, body }) {
  const request = new Request(`http://localhost${path}`, { method, headers, body });
  const all = new Headers(headers);
  const isSame = [...all.keys()].every((name) => request.headers.has(name));
  return isSame ? request : Object.defineProperty(request, "headers", { value: all });
}
